"""The endpoints of the API by number: verb and path of each, and which of them a request went to.

The numbers are this project's own.
"""

from dataclasses import dataclass
from urllib.parse import unquote

_PATHS = """
1 GET /spaces
2 GET /spaces?portfolio
3 GET /spaces/{space}
4 POST /spaces
5 PUT /spaces/{space}
6 DELETE /spaces/{space}
7 POST /spaces/{space}/copy
8 GET /spaces/{space}/space_tools
9 GET /spaces/{space}/space_tools/repo
10 GET /spaces/{space}/space_tools/{tool}
11 POST /spaces/{space}/space_tools/{tool_id}/add
12 PUT /spaces/{space}/space_tools/{tool}
13 DELETE /spaces/{space}/space_tools/{tool}
14 GET /spaces/{space}/tickets
15 GET /spaces/{space}/tickets/my_active
16 GET /spaces/{space}/tickets/my_followed
17 GET /spaces/{space}/tickets/milestone/{milestone_id}
18 GET /spaces/{space}/tickets/no_milestone
19 GET /spaces/{space}/tickets/custom_reports
20 GET /spaces/{space}/tickets/{number}
21 GET /spaces/{space}/tickets/id/{ticket_id}
22 POST /spaces/{space}/tickets
23 PUT /spaces/{space}/tickets/{number}
24 DELETE /spaces/{space}/tickets/{number}
25 GET /spaces/{space}/tickets/{number}/attachments
26 GET /spaces/{space}/tickets/{number}/tags
27 GET /spaces/{space}/tickets/{number}/ticket_comments
28 GET /spaces/{space}/tickets/{number}/ticket_comments/{id}
29 POST /spaces/{space}/tickets/{number}/ticket_comments
30 PUT /spaces/{space}/tickets/{number}/ticket_comments/{id}
31 GET /spaces/{space}/tickets/{number}/ticket_associations
32 GET /spaces/{space}/tickets/{number}/ticket_associations/{id}
33 POST /spaces/{space}/tickets/{number}/ticket_associations
34 PUT /spaces/{space}/tickets/{number}/ticket_associations/{id}
35 DELETE /spaces/{space}/tickets/{number}/ticket_associations/{id}
36 GET /spaces/{space}/tickets/statuses
37 GET /spaces/{space}/tickets/statuses/{id}
38 POST /spaces/{space}/tickets/statuses
39 PUT /spaces/{space}/tickets/statuses/{id}
40 DELETE /spaces/{space}/tickets/statuses/{id}
41 GET /spaces/{space}/tickets/custom_fields
42 GET /spaces/{space}/tickets/custom_fields/{id}
43 POST /spaces/{space}/tickets/custom_fields
44 PUT /spaces/{space}/tickets/custom_fields/{id}
45 DELETE /spaces/{space}/tickets/custom_fields/{id}
46 GET /spaces/{space}/ticket_components
47 GET /spaces/{space}/ticket_components/{id}
48 POST /spaces/{space}/ticket_components
49 PUT /spaces/{space}/ticket_components/{id}
50 DELETE /spaces/{space}/ticket_components/{id}
51 GET /spaces/{space}/tags
52 GET /spaces/{space}/tags/active
53 GET /spaces/{space}/tags/proposed
54 GET /spaces/{space}/tags/hidden
55 GET /spaces/{space}/tags/{id}
56 POST /spaces/{space}/tags
57 PUT /spaces/{space}/tags/{id}
58 DELETE /spaces/{space}/tags/{id}
59 GET /spaces/{space}/tags/{id}/tickets
60 GET /spaces/{space}/milestones
61 GET /spaces/{space}/milestones/all
62 GET /spaces/{space}/milestones/upcoming
63 GET /spaces/{space}/milestones/completed
64 GET /spaces/{space}/milestones/release_notes
65 GET /spaces/{space}/milestones/{id}
66 POST /spaces/{space}/milestones
67 PUT /spaces/{space}/milestones/{id}
68 DELETE /spaces/{space}/milestones/{id}
69 GET /spaces/{space}/documents
70 GET /spaces/{space}/documents/{id}
71 GET /spaces/{space}/documents/{id}/download
72 POST /spaces/{space}/documents
73 PUT /spaces/{space}/documents/{id}
74 DELETE /spaces/{space}/documents/{id}
75 GET /user
76 GET /users/{user}
77 GET /users/{user}/picture
78 GET /spaces/{space}/users
79 GET /spaces/{space}/user_roles
80 GET /spaces/{space}/user_roles/{id}
81 POST /spaces/{space}/user_roles
82 PUT /spaces/{space}/user_roles/{id}
83 DELETE /spaces/{space}/user_roles/{id}
84 GET /user/mentions
85 GET /user/mentions/{id}
86 PUT /user/mentions/{id}/mark_as_read
87 GET /user/ssh_keys
88 GET /user/ssh_keys/{id}
89 POST /user/ssh_keys
90 PUT /user/ssh_keys/{id}
91 DELETE /user/ssh_keys/{id}
92 GET /activity
93 GET /tasks
94 GET /tasks/{id}
95 POST /tasks
96 PUT /tasks/{id}
97 DELETE /tasks/{id}
98 GET /spaces/{space}/standup_reports
99 GET /spaces/{space}/standup_report
100 POST /spaces/{space}/standup_report
101 GET /spaces/{space}/away_standup_reports
102 GET /spaces/{space}/away_standup_report
103 POST /spaces/{space}/away_standup_report
104 GET /spaces/{space}/wiki_pages
105 GET /spaces/{space}/wiki_pages/{id}
106 POST /spaces/{space}/wiki_pages
107 PUT /spaces/{space}/wiki_pages/{id}
108 DELETE /spaces/{space}/wiki_pages/{id}/all
109 DELETE /spaces/{space}/wiki_pages/{id}/container
110 GET /spaces/{space}/wiki_pages/{id}/versions
111 GET /spaces/{space}/wiki_pages/{id}/versions/{version_id}
112 GET /spaces/{space}/space_tools/{tool}/merge_requests
113 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}
114 POST /spaces/{space}/space_tools/{tool}/merge_requests
115 PUT /spaces/{space}/space_tools/{tool}/merge_requests/{id}
116 PUT /spaces/{space}/space_tools/{tool}/merge_requests/{id}/merge_and_close
117 PUT /spaces/{space}/space_tools/{tool}/merge_requests/{id}/ignore
118 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}/comments
119 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}/tickets
120 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions
121 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}
122 POST /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions
123 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}/comments
124 POST /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}/comments
125 GET /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}/votes
126 POST /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}/votes/upvote
127 POST /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}/votes/downvote
128 DELETE /spaces/{space}/space_tools/{tool}/merge_requests/{id}/versions/{version}/votes/delete
129 POST /spaces/{space}/webhooks
130 PUT /spaces/{space}/webhooks/{id}
131 DELETE /spaces/{space}/webhooks/{id}
132 GET /spaces/{space}/ssh/actions
133 GET /spaces/{space}/ssh/actions/{id}
134 POST /spaces/{space}/ssh/actions
135 PUT /spaces/{space}/ssh/actions/{id}
136 DELETE /spaces/{space}/ssh/actions/{id}
137 GET /spaces/{space}/ssh/actions/{id}/run
138 GET /spaces/{space}/ssh/actions/{id}/launches
139 GET /spaces/{space}/ssh/launches
140 GET /spaces/{space}/ssh/launches/{id}
141 GET /spaces/{space}/ssh/launches/{id}/output
142 GET /spaces/{space}/ssh/servers
143 GET /spaces/{space}/ssh/servers/{id}
144 POST /spaces/{space}/ssh/servers
145 PUT /spaces/{space}/ssh/servers/{id}
146 DELETE /spaces/{space}/ssh/servers/{id}
147 GET /spaces/{space}/ssh/key
148 POST /spaces/{space}/ssh/generate_key
149 GET /users?portfolio
150 GET /users/report?portfolio
151 GET /tickets?portfolio
152 GET /ticket_reports?portfolio
153 GET /tasks?portfolio
154 GET /standup_reports?portfolio
155 GET /standup_reports/away?portfolio
156 GET /standup_reports/with_needs?portfolio
157 GET /invitations?portfolio
158 GET /invitations/{id}?portfolio
159 POST /invitations?portfolio
160 GET /groups?portfolio
161 POST /groups?portfolio
162 GET /groups/{id}?portfolio
163 PUT /groups/{id}?portfolio
164 DELETE /groups/{id}?portfolio
165 GET /meta/{name}
"""

NOT_READS = {77: "a picture, which is given as a link", 137: "runs a command, though it is a GET"}
"""GETs that nothing here reads by, and why."""


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; with `portfolio` it is another than the one of the same path without that parameter."""

    number: int
    verb: str
    path: str
    portfolio: bool

    @property
    def is_read(self) -> bool:
        return self.verb == "GET" and self.number not in NOT_READS

    def fits(self, verb: str, segments: list[str], portfolio: bool) -> bool:
        mine = self.path.strip("/").split("/")
        return (self.verb, self.portfolio, len(mine)) == (verb, portfolio, len(segments)) and all(
            one == other or one.startswith("{") for one, other in zip(mine, segments, strict=True)
        )


def _endpoint(line: str) -> Endpoint:
    number, verb, path = line.split()
    path, _, query = path.partition("?")
    return Endpoint(int(number), verb, path, query == "portfolio")


ENDPOINTS = {endpoint.number: endpoint for endpoint in map(_endpoint, _PATHS.strip().splitlines())}
READS = tuple(number for number, endpoint in ENDPOINTS.items() if endpoint.is_read)


def endpoint_of(verb: str, path: str, query: str = "") -> int | None:
    """The number of the endpoint that a request went to: of several that fit, the one with a word for a name."""
    stem = path.removeprefix("/v1/").removesuffix(".json")
    segments = [unquote(segment) for segment in stem.split("/")]
    portfolio = "portfolio=" in query or "spacegroup" in unquote(query)
    fitting = [endpoint for endpoint in ENDPOINTS.values() if endpoint.fits(verb, segments, portfolio)]
    return min(fitting, key=lambda one: one.path.count("{")).number if fitting else None
