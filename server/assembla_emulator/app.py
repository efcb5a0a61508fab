"""The emulator as one object: the ASGI application, its data, clock, faults and credentials."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_emulator import deterministic, responses
from assembla_emulator.clock import Clock
from assembla_emulator.demo.database import demo_database
from assembla_emulator.faults.plan import Faults
from assembla_emulator.http import rate_limit
from assembla_emulator.http.authentication import Authenticator, Credentials
from assembla_emulator.http.middleware import RequestMiddleware, RequestRecord, is_consent_page
from assembla_emulator.oauth.endpoints import OAuthEndpoints
from assembla_emulator.oauth.grants import Application, OAuth, OAuthBehavior
from assembla_emulator.responses import Refused
from assembla_emulator.routes import every_kind
from assembla_emulator.routing import Call, Router, respond, segments_of

REDIRECT_URL = "http://127.0.0.1:8723/callback"


class Emulator:
    """A small faithful Assembla.

    `rate` is a limit such as "20/second,240/minute", or None; `tickets` is how many the demo data hold.
    The keyword-only arguments choose where the real service's behaviour is not known, and how long tokens live;
    with `newer_keys` objects are sent as they were seen since 2018, not as in the older recordings.
    """

    def __init__(
        self,
        seed: int = 1,
        tickets: int = 1200,
        rate: str | None = "20/second,240/minute",
        rotate_refresh_tokens: bool = False,
        clock: Clock | None = None,
        *,
        retry_after: bool = False,
        redirect_url: str = REDIRECT_URL,
        access_ttl_s: float = 900.0,
        refresh_ttl_s: float = 31 * 86_400.0,
        invalid_grant_status: int = 400,
        newer_keys: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.database = demo_database(seed, self.clock.instant(), tickets)
        self.faults = Faults()
        self._newer_keys = newer_keys
        behavior = OAuthBehavior(rotate_refresh_tokens, invalid_grant_status, access_ttl_s, refresh_ttl_s)
        self.oauth = OAuth(self.clock, behavior)
        self._authenticator = Authenticator(self.oauth)
        self._application = self.register("Assembla MCP", redirect_url)
        self.credentials = self.credentials_for(str(self.database.user(self.database.me)["login"]))
        self.router = Router(every_kind())
        self._middleware = RequestMiddleware(
            self._starlette(), clock=self.clock, rate=rate, retry_after=retry_after, faults=self.faults
        )
        self.app: ASGIApp = self._middleware

    @property
    def requests(self) -> list[RequestRecord]:
        """All requests in order of arrival."""
        return self._middleware.requests

    def most_in(self, seconds: float) -> int:
        """The most requests that any sliding window of that length held, consent pages not counted."""
        return rate_limit.most_in([one.at for one in self.requests if not is_consent_page(one)], seconds)

    def register(self, name: str, redirect_url: str) -> Application:
        """Register an application."""
        client_id = deterministic.identifier(self.database.seed, "client", name)
        secret = deterministic.token(self.database.seed, "client secret", name)
        application = Application(client_id, secret, name, redirect_url)
        self.oauth.applications[client_id] = application
        return application

    def credentials_for(self, login: str) -> Credentials:
        """What that person signs in with; the same for the same seed. The refresh token is fresh from now."""
        user_id = str(self.database.user(login)["id"])
        seed, application = self.database.seed, self._application
        key, secret = deterministic.token(seed, "key", login)[:20], deterministic.token(seed, "secret", login)
        self._authenticator.add_key_pair(key, secret, user_id)
        refresh = deterministic.token(seed, "refresh", login)
        self.oauth.issue_refresh_token(application.client_id, user_id, refresh)
        return Credentials(login, key, secret, application.client_id, application.client_secret, refresh)

    def _starlette(self) -> Starlette:
        endpoints = OAuthEndpoints(self.oauth, self.database)
        app = Starlette(
            routes=[
                Route("/authorization", endpoints.authorization, methods=["GET", "POST"]),
                Route("/token", endpoints.token, methods=["POST"]),
            ],
            exception_handlers={Exception: _internal_error},
        )
        app.router.default = self._api
        return app

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = responses.with_cache_headers(await self._respond(request))
        etag = response.headers.get("etag")
        if request.method == "GET" and etag is not None and request.headers.get("if-none-match") == etag:
            response = Response(status_code=304, headers={"ETag": etag, "Cache-Control": responses.CACHE_CONTROL})
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        path = request.scope.get("raw_path", request.scope["path"].encode()).decode("ascii", "replace")
        if not path.startswith("/v1/"):
            return responses.not_found()
        body = await request.body()
        try:
            viewer = self._authenticator.authenticate(request.headers)
            segments = segments_of(path, request.headers.get("accept", ""))
            endpoint = self.router.find(request.method, segments)
            call = Call(
                database=self.database,
                viewer=viewer,
                args=endpoint.arguments(segments),
                query=request.query_params,
                content_type=request.headers.get("content-type", ""),
                body=body,
                now=self.clock.instant(),
                newer_keys=self._newer_keys,
            )
            return respond(endpoint, call)
        except Refused as refused:
            return refused.response


async def _internal_error(request: Request, error: Exception) -> Response:
    return responses.internal_error()
