"""Self-description: endpoint 165. The shape was never recorded; a list of field descriptions is a guess.

Fields are written `name:type:rights`, where `?` after the type means null, and the rights are r (read), w (write)
and c (only on creation).
"""

from assembla_emulator.database.tables import Row
from assembla_emulator.responses import Refused, not_found
from assembla_emulator.routing import Call, Routes

routes = Routes()

TIMES = "created_at:datetime:r updated_at:datetime:r"

FIELDS = {
    "spaces": "id:string:r name:string:rw description:string?:rw wiki_name:string:rw public_permissions:integer:rw"
    " team_permissions:integer:rw watcher_permissions:integer:rw share_permissions:boolean:rw team_tab_role:integer:rw"
    f" {TIMES} default_showpage:string:rw tabs_order:string?:rw parent_id:string?:r restricted:boolean:r"
    " restricted_date:datetime?:r commercial_from:datetime?:r banner:string?:rw banner_height:integer?:rw"
    " banner_text:string?:rw banner_link:string?:rw style:string?:rw status:integer:rw approved:boolean:rw"
    " is_manager:boolean:r is_volunteer:boolean:r is_commercial:boolean:r can_join:boolean:rw can_apply:boolean:rw"
    " last_payer_changed_at:datetime?:r",
    "space_tools": "id:string:r space_id:string:r active:boolean:r url:string?:r number:integer:r tool_id:integer:c"
    " type:string:r created_at:datetime:r team_permissions:integer?:rw watcher_permissions:integer?:rw"
    " public_permissions:integer?:rw parent_id:string?:r menu_name:string:r name:string:r",
    "tickets": "id:integer:r number:integer:c summary:string:rw description:text?:rw priority:integer:rw"
    " completed_date:datetime?:r component_id:integer?:rw created_on:datetime:c permission_type:integer:rw"
    " importance:float:r is_story:boolean:rw milestone_id:integer?:rw notification_list:string:rw space_id:string:r"
    " state:integer:r status:string:rw story_importance:integer:rw updated_at:datetime:r working_hours:float:rw"
    " estimate:float:rw total_estimate:float:r total_invested_hours:float:r total_working_hours:float:r"
    " assigned_to_id:string?:rw reporter_id:string:c custom_fields:object:rw hierarchy_type:integer:rw",
    "ticket_comments": "id:integer:r comment:text:rw ticket_id:integer:r user_id:string:c created_on:datetime:c"
    " updated_at:datetime:r ticket_changes:text?:r",
    "ticket_associations": "id:integer:r ticket1_id:integer:r ticket2_id:integer:c relationship:integer:rw"
    " created_at:datetime:r",
    "tags": f"id:integer:r name:string:rw space_id:string:r state:integer?:rw {TIMES}",
    "milestones": "id:integer:r due_date:date?:rw title:string:rw user_id:string?:rw created_at:datetime:r"
    " created_by:string:r space_id:string:r description:text?:rw is_completed:boolean:rw completed_date:date?:r"
    " updated_at:datetime:r updated_by:string:r release_level:integer?:rw release_notes:text?:rw"
    " planner_type:integer:rw pretty_release_level:string:r",
    "documents": "name:string:rw content_type:string:r created_by:string:r id:string:r version:integer:r"
    " filename:string:rw filesize:integer:r updated_by:string:r description:text?:rw cached_tag_list:string:rw"
    f" position:integer:rw url:string:r {TIMES} ticket_id:integer?:r attachable_type:string?:rw"
    " has_thumbnail:boolean:r space_id:string:r attachable_id:integer?:rw attachable_guid:string?:rw",
    "user_roles": "id:integer:r user_id:string:c space_id:string:r role:string:rw status:integer:r"
    " invited_time:datetime:r agreed_time:datetime?:r title:string?:rw invited_by_id:string?:r",
    "wiki_pages": "id:string:r page_name:string:rw contents:text:rw status:integer:rw version:integer:r"
    " position:integer?:rw wiki_format:integer:rw change_comment:text?:rw parent_id:string?:rw space_id:string:r"
    f" user_id:string:r {TIMES}",
    "tasks": "id:integer:r description:text:rw url:string?:rw hours:decimal:rw begin_at:datetime:rw end_at:datetime:rw"
    " billed:boolean:r space_id:string:rw ticket_number:integer?:r ticket_id:integer?:rw user_id:string:r"
    f" job_agreement_id:integer?:rw {TIMES}",
    "standup_reports": "id:integer:r what_i_did:text?:rw what_i_will_do:text?:rw user_id:string:r space_id:string:r"
    f" roadblocks:text?:rw {TIMES} filled_for:date:r away_flag:boolean:r",
    "merge_requests": "id:integer:r title:string:rw space_tool_id:string:r target_space_tool_id:string:rw"
    f" user_id:string:r description:text?:rw status:integer:r {TIMES} source_symbol:string:rw"
    " target_symbol:string:rw source_symbol_type:integer:r processed_by_user_id:string?:r commit:string?:r"
    " url:string:r target_space_id:string:r",
    "merge_request_versions": "id:integer:r user_id:string:r merge_request_id:integer:r version:integer:r"
    f" latest:boolean:r {TIMES} source_revision:string:r target_revision:string:r apply_status:integer?:r"
    " applied_at:datetime?:r url:string:r",
    "ssh_actions": "id:integer:r name:string:rw command:text:rw description:string?:rw username:string:rw"
    " frequency:integer:rw repo_tool_id:string?:rw status:integer:r position:integer?:rw space_tool_id:string:r"
    " ssh_tool_server_id:integer:rw",
    "ssh_action_launches": "id:integer:r success:boolean?:r command:text:r started_at:datetime:r ended_at:datetime?:r"
    " action_id:integer:r server_id:integer:r output:text:r",
    "ssh_servers": "id:integer:r remote_host:string:rw remote_port:integer:rw name:string:rw description:string?:rw"
    " space_tool_id:string:r",
    "groups": "id:integer:r name:string:rw portfolio_id:string:r type:string:c items:array:rw",
}


@routes.get("/meta/{name}")
def describe(call: Call) -> list[Row]:
    """165."""
    fields = FIELDS.get(call.args["name"])
    if fields is None:
        raise Refused(not_found())
    return [_described(*field.split(":")) for field in fields.split()]


def _described(name: str, kind: str, rights: str) -> Row:
    return {
        "name": name,
        "type": kind.removesuffix("?"),
        "null": kind.endswith("?"),
        "writable": "w" in rights,
        "writable_on_create": rights != "r",
    }
