"""The two addresses outside `/v1`: `/authorization`, where a person approves or denies, and `/token`.

A program can approve without a browser: POST the form's fields `client_id`, `response_type`, `state` and
`decision` (`approve` or `deny`) to `/authorization`. Pages are plain HTML in one style, no script.
"""

import base64
import binascii
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assembla_emulator.database.database import Database
from assembla_emulator.oauth.grants import Application, GrantRefused, OAuth, ResponseType
from assembla_emulator.responses import as_json

RESPONSE_TYPES: dict[str, ResponseType] = {"code": "code", "pin_code": "pin_code", "token": "token"}

STYLE = """
:root { color-scheme: light dark;
  --ink: #1d2733; --soft: #5b6b7c; --line: #d5dde6; --card: #fff; --back: #eef2f6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf3; --soft: #9fb0c1; --line: #34424f; --card: #1b242d; --back: #11181f; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(26rem, calc(100vw - 6rem)); padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 8px 30px rgb(20 40 60 / 12%); }
header { color: var(--soft); font-size: .85rem; letter-spacing: .04em; margin-bottom: 1rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; } .soft { color: var(--soft); font-size: .9rem; margin: 1rem 0 0; }
form { display: flex; gap: .75rem; margin-top: 1.5rem; }
button { flex: 1; padding: .7rem; border-radius: 9px; border: 1px solid var(--line);
  background: none; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
button.yes { background: #1f6feb; border-color: #1f6feb; color: #fff; }
button:focus-visible { outline: 3px solid #8cb8ff; outline-offset: 2px; }
output { display: block; text-align: center; font: 600 2.2rem/1 ui-monospace, monospace;
  letter-spacing: .12em; padding: 1.2rem; border: 1px dashed var(--line); border-radius: 9px;
  user-select: all; }
"""


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """An HTML page. `title` is text, `body` HTML."""
    title = escape(title)
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><main><header>Assembla (emulated)</header><h1>{title}</h1>{body}</main></body></html>",
        status,
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        },
    )


@dataclass(frozen=True)
class AuthorizationRequest:
    """An authorization request: which application asks for what, and the state it wants back."""

    application: Application
    response_type: ResponseType
    state: str | None

    def redirect(self, params: dict[str, str]) -> Response:
        """Back to the registered address, with the parameters in the query, tokens in the fragment."""
        if self.state is not None:
            params = params | {"state": self.state}
        url = self.application.redirect_url
        mark = "#" if "access_token" in params else "&" if "?" in url else "?"
        return RedirectResponse(f"{url}{mark}{urlencode(params)}", 302, {"Cache-Control": "no-store"})


class OAuthEndpoints:
    """Serves `/authorization` to the person who is signed in, and `/token` to applications."""

    def __init__(self, oauth: OAuth, database: Database) -> None:
        self._oauth = oauth
        self._database = database

    async def authorization(self, request: Request) -> Response:
        """GET shows the consent page, POST is the decision."""
        body = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        params = dict(request.query_params) | body
        authorization = self._read(params)
        if isinstance(authorization, Response):
            return authorization
        if request.method != "POST":
            return self._consent_page(authorization)
        return self._decide(authorization, params.get("decision"))

    async def token(self, request: Request) -> Response:
        """POST, with Basic; parameters in the query or in a form."""
        body = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        client_id, client_secret = _basic(request.headers.get("authorization", ""))
        try:
            tokens = self._oauth.grant(client_id, client_secret, dict(request.query_params) | body)
        except GrantRefused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return as_json(body, refused.status, {"Cache-Control": "no-store"})
        return as_json(tokens, headers={"Cache-Control": "no-store"})

    def _read(self, params: dict[str, str]) -> AuthorizationRequest | Response:
        application = self._oauth.applications.get(params.get("client_id", ""))
        if application is None:
            return page("Unknown application", "<p>No application is registered under this client id.</p>", 400)
        response_type = RESPONSE_TYPES.get(params.get("response_type", ""))
        if response_type is None:
            return page(
                "Unknown response type",
                "<p>Ask for <code>code</code>, <code>pin_code</code> or <code>token</code>.</p>",
                400,
            )
        return AuthorizationRequest(application, response_type, params.get("state"))

    def _consent_page(self, request: AuthorizationRequest) -> Response:
        name, person = escape(request.application.name), self._database.users.get(self._database.me) or {}
        fields = {
            "client_id": request.application.client_id,
            "response_type": request.response_type,
            "state": request.state,
        }
        hidden = "".join(
            f'<input type="hidden" name="{key}" value="{escape(value)}">'
            for key, value in fields.items()
            if value is not None
        )
        return page(
            f"Allow {request.application.name} to use your account?",
            f"<p><strong>{name}</strong> will see and do in Assembla what you can: spaces, tickets, wikis, "
            f'files.</p><form method="post" action="/authorization">{hidden}'
            '<button class="yes" name="decision" value="approve">Approve</button>'
            '<button name="decision" value="deny">Deny</button></form>'
            f'<p class="soft">Signed in as {escape(str(person.get("name")))} '
            f"({escape(str(person.get('login')))}). You can withdraw this at any time.</p>",
        )

    def _decide(self, request: AuthorizationRequest, decision: str | None) -> Response:
        if decision != "approve":
            if request.response_type == "pin_code":
                return page("Denied", "<p>The application gets no access. You may close this page.</p>")
            return request.redirect({"error": "access_denied"})
        secret = self._oauth.approve(request.application.client_id, request.response_type, self._database.me)
        if request.response_type == "pin_code":
            name = escape(request.application.name)
            return page("Your PIN", f"<p>Type it into {name}. It works once.</p><output>{secret}</output>")
        if request.response_type == "code":
            return request.redirect({"code": secret})
        life = str(int(self._oauth.behavior.access_ttl_s))
        return request.redirect({"access_token": secret, "token_type": "bearer", "expires_in": life})


def _basic(header: str) -> tuple[str, str]:
    """User and password of a Basic header; empty ones where there is none that can be read."""
    scheme, _, value = header.partition(" ")
    try:
        text = base64.b64decode(value, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    user, _, password = text.partition(":")
    return user, password
