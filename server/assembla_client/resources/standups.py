"""Stand-up reports: what people did, will do and are blocked by, each day; and reports of being away."""

from datetime import date

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.query import query


class StandupReport(Model):
    """One person's report for one day in one space; `away_flag` tells an away report."""

    id: NumberId
    what_i_did: str | None = None
    what_i_will_do: str | None = None
    roadblocks: str | None = None
    filled_for: Expected[date] = None
    away_flag: bool | None = None
    user_id: Expected[str] = None
    space_id: Expected[str] = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


REPORTS = Endpoint(
    98,
    "GET",
    "/spaces/{space}/standup_reports",
    "the list of stand-up reports of space {space}",
    "list",
    tool="StandUp",
)
MY_REPORT = Endpoint(
    99, "GET", "/spaces/{space}/standup_report", "your stand-up report of space {space}", "list", tool="StandUp"
)
AWAY_REPORTS = Endpoint(
    101,
    "GET",
    "/spaces/{space}/away_standup_reports",
    "the list of away reports of space {space}",
    "list",
    tool="StandUp",
)
MY_AWAY_REPORT = Endpoint(
    102, "GET", "/spaces/{space}/away_standup_report", "your away report of space {space}", "list", tool="StandUp"
)
PORTFOLIO_REPORTS = Endpoint(154, "GET", "/standup_reports{?portfolio}", "the list of stand-up reports")
PORTFOLIO_AWAY_REPORTS = Endpoint(155, "GET", "/standup_reports/away{?portfolio}", "the list of away reports")
PORTFOLIO_NEEDS = Endpoint(
    156, "GET", "/standup_reports/with_needs{?portfolio}", "the list of stand-up reports with needs"
)


class StandupsAPI:
    """Lists: 204 when empty.

    Away reports ignore `date` at times (one for another day was recorded): check `filled_for`.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def team(
        self, space: str, date: date | None = None, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        """Fetch the reports of everybody in a space.

        GET /v1/spaces/{space}/standup_reports. `since` and `until` are known from clients alone.
        """
        params = query(("date", date), ("from", since), ("to", until))
        return await self._transport.pages(StandupReport, REPORTS(space=space), params)

    async def mine(self, space: str, date: date | None = None) -> StandupReport | None:
        """Fetch the signed-in user's own report, or None where nothing was sent.

        GET /v1/spaces/{space}/standup_report.
        """
        return await self._transport.one_or_none(StandupReport, MY_REPORT(space=space), query(("date", date)))

    async def away_team(
        self, space: str, date: date | None = None, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        """Fetch the away reports of everybody in a space.

        GET /v1/spaces/{space}/away_standup_reports. `since` and `until` are known from clients alone.
        """
        params = query(("date", date), ("from", since), ("to", until))
        return await self._transport.pages(StandupReport, AWAY_REPORTS(space=space), params)

    async def away_mine(self, space: str, date: date | None = None) -> StandupReport | None:
        """Fetch the signed-in user's own away report, or None where nothing was sent.

        GET /v1/spaces/{space}/away_standup_report.
        """
        return await self._transport.one_or_none(StandupReport, MY_AWAY_REPORT(space=space), query(("date", date)))

    async def portfolio(self, portfolio: str) -> list[StandupReport]:
        """Fetch the reports of a whole portfolio: today's, as is inferred.

        GET /v1/standup_reports?portfolio=…. Raises Forbidden for people who do not manage it.
        """
        return await self._transport.pages(StandupReport, PORTFOLIO_REPORTS(portfolio=portfolio))

    async def portfolio_away(
        self, portfolio: str, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        """Fetch the away reports of a whole portfolio.

        GET /v1/standup_reports/away?portfolio=…. Raises ValidationFailed where `since` lies after
        `until`, or after today when that is left out.
        """
        params = query(("from", since), ("to", until))
        return await self._transport.pages(StandupReport, PORTFOLIO_AWAY_REPORTS(portfolio=portfolio), params)

    async def portfolio_with_needs(self, portfolio: str) -> list[StandupReport]:
        """Fetch the reports of a whole portfolio that name roadblocks.

        GET /v1/standup_reports/with_needs?portfolio=….
        """
        return await self._transport.pages(StandupReport, PORTFOLIO_NEEDS(portfolio=portfolio))
