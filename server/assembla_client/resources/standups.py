"""Stand-up reports: what people did, will do and are blocked by, each day; and reports of being away."""

from datetime import date

from assembla_client.models import Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.query import query
from assembla_client.transport.wire import path


class StandupReport(Model):
    """One person's report for one day in one space; `away_flag` tells an away report."""

    id: NumberId
    what_i_did: str | None = None
    what_i_will_do: str | None = None
    roadblocks: str | None = None
    filled_for: date
    away_flag: bool | None = None
    user_id: str
    space_id: str
    created_at: Instant | None = None
    updated_at: Instant | None = None


class StandupsAPI:
    """Endpoints 98, 99, 101, 102 and 154 to 156. Lists: 204 when empty.

    Away reports ignore `date` at times (one for another day was recorded): check `filled_for`.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def team(
        self, space: str, date: date | None = None, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        """Fetch the reports of everybody in a space.

        GET /v1/spaces/{space}/standup_reports (98). `since` and `until` are known from clients alone.
        """
        params = query(("date", date), ("from", since), ("to", until))
        return await self._transport.pages(StandupReport, path("spaces", space, "standup_reports"), params)

    async def mine(self, space: str, date: date | None = None) -> StandupReport | None:
        """Fetch the signed-in user's own report, or None where nothing was sent.

        GET /v1/spaces/{space}/standup_report (99).
        """
        where = path("spaces", space, "standup_report")
        return await self._transport.one_or_none(StandupReport, where, query(("date", date)))

    async def away_team(
        self, space: str, date: date | None = None, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        """Fetch the away reports of everybody in a space.

        GET /v1/spaces/{space}/away_standup_reports (101). `since` and `until` are known from clients alone.
        """
        params = query(("date", date), ("from", since), ("to", until))
        where = path("spaces", space, "away_standup_reports")
        return await self._transport.pages(StandupReport, where, params)

    async def away_mine(self, space: str, date: date | None = None) -> StandupReport | None:
        """Fetch the signed-in user's own away report, or None where nothing was sent.

        GET /v1/spaces/{space}/away_standup_report (102).
        """
        where = path("spaces", space, "away_standup_report")
        return await self._transport.one_or_none(StandupReport, where, query(("date", date)))

    async def portfolio(self, portfolio: str) -> list[StandupReport]:
        """Fetch the reports of a whole portfolio: today's, as is inferred.

        GET /v1/standup_reports?portfolio=… (154). Raises Forbidden for people who do not manage it.
        """
        return await self._of_portfolio(portfolio)

    async def portfolio_away(
        self, portfolio: str, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        """Fetch the away reports of a whole portfolio.

        GET /v1/standup_reports/away?portfolio=… (155). Raises ValidationFailed where `since` lies after
        `until`, or after today when that is left out.
        """
        return await self._of_portfolio(portfolio, "away", since=since, until=until)

    async def portfolio_with_needs(self, portfolio: str) -> list[StandupReport]:
        """Fetch the reports of a whole portfolio that name roadblocks.

        GET /v1/standup_reports/with_needs?portfolio=… (156).
        """
        return await self._of_portfolio(portfolio, "with_needs")

    async def _of_portfolio(
        self, portfolio: str, *kind: str, since: date | None = None, until: date | None = None
    ) -> list[StandupReport]:
        params = query(("portfolio", portfolio), ("from", since), ("to", until))
        return await self._transport.pages(StandupReport, path("standup_reports", *kind), params)
