"""Stand-up reports, those of people who are away, and what holds people up."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.models import Model
from assembla_client.resources.spaces import Space
from assembla_client.resources.standups import StandupReport
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import Day, in_order
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import login_of, members_of, people_of, with_former_members
from assembla_tools.lookup.portfolios import PortfolioRef, chosen_portfolio
from assembla_tools.lookup.space_names import SpaceNames

_LONG_AGO = date.min


class StandupInBrief(Model):
    """What a list shows of one person's report for one day."""

    filled_for: date | None = Field(description="The day it is for")
    user: str | None
    space: str | None
    away: bool
    what_i_did: str | None
    what_i_will_do: str | None
    roadblocks: str | None


class Standup(StandupInBrief):
    """One person's report for one day, with all that is known of it."""

    id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @classmethod
    def of(cls, report: StandupReport, people: dict[str, User], names: SpaceNames) -> "Standup":
        """A report with the person and the space called by name."""
        return cls(
            filled_for=report.filled_for,
            user=login_of(people, report.user_id) or report.user_id,
            space=names.of(report.space_id) or report.space_id,
            away=bool(report.away_flag),
            what_i_did=report.what_i_did or None,
            what_i_will_do=report.what_i_will_do or None,
            roadblocks=report.roadblocks or None,
            id=report.id,
            created_at=report.created_at,
            updated_at=report.updated_at,
        )


@tool(effect="read", toolset="standups", title="List stand-up reports", default=False, brief=StandupInBrief)
async def list_standups(
    api: Api,
    page: PageRequest,
    space: SpaceRef | None = None,
    date: Annotated[Day | None, Field(description="The day they are for; today when no day is given.")] = None,
    since: Annotated[Day | None, Field(description="From this day on.")] = None,
    until: Annotated[Day | None, Field(description="Up to this day, with `since`; else today.")] = None,
    away: Annotated[bool, Field(description="The reports of people who are away instead.")] = False,
    with_roadblocks: Annotated[bool, Field(description="Only those that name roadblocks.")] = False,
    mine: Annotated[bool, Field(description="Only your own; needs `space`.")] = False,
    portfolio: PortfolioRef = None,
    detail: Detail = "brief",
) -> Listing[Standup]:
    """List the stand-up reports of a space's team, the newest day first: what people did, will do, what holds them up.

    Without `space` they are a portfolio's: today's, or with `away` those of any days. For what happened in tickets
    and repositories use `list_activity`.
    """
    days = _days_kept(page) or _days(date, since, until)
    if space is not None:
        reports = await _of_space(api, space, days, away, mine)
        names, known = await gather(SpaceNames.of_mine(api, space), members_of(api, [space.id]))
    elif mine:
        raise Refused("INVALID", "mine: your own report is one of a space, so give `space` too.")
    else:
        portfolio = chosen_portfolio(api, portfolio, "without `space`, stand-up reports are read")
        reports = await _of_portfolio(api, portfolio, days, away, with_roadblocks)
        names, users = await gather(SpaceNames.of_portfolio(api, portfolio), people_of(api, portfolio))
        known = users
    found = [each for each in reports if names.allows(each.space_id) and (each.roadblocks or not with_roadblocks)]
    if date is None and until is None and found:
        page = _keeping_days(page, days, found)
    listing = page.about(portfolio=portfolio).take(found, _newest_first)
    people, note = await with_former_members(api, known, [each.user_id for each in listing.items])
    return listing.showing([Standup.of(each, people, names) for each in listing.items], note)


def _newest_first(report: StandupReport) -> tuple[int, int]:
    return -(report.filled_for or _LONG_AGO).toordinal(), report.id


_Days = tuple[date, date] | None


def _days(day: date | None, since: date | None, until: date | None) -> _Days:
    """The first and the last day asked for; None for today, which is Assembla's to know."""
    if day is not None and (since is not None or until is not None):
        raise Refused("INVALID", "date: give either `date`, or `since` and `until`.")
    if until is not None and since is None:
        raise Refused("INVALID", "until: give `since` too.")
    in_order(since, until)
    if day is not None:
        return day, day
    return None if since is None else (since, until or max(since, _today()))


def _keeping_days(page: PageRequest, days: _Days, found: Sequence[StandupReport]) -> PageRequest:
    """Later pages go on with the days that stood for `today` on this one, also after midnight."""
    if days is None:
        filled_for = [report.filled_for for report in found if report.filled_for] or [_today()]
        days = min(filled_for), max(filled_for)
    return page.pinning(days=[day.isoformat() for day in days])


def _days_kept(page: PageRequest) -> _Days:
    if "days" not in page.pinned:
        return None
    first, last = page.pinned["days"]
    return date.fromisoformat(first), date.fromisoformat(last)


async def _of_space(api: Api, space: Space, days: _Days, away: bool, mine: bool) -> Sequence[StandupReport]:
    standups = api.client.standups
    if mine and (days is None or days[0] == days[1]):
        ask = standups.away_mine if away else standups.mine
        report = await _or_none(ask(space.id, days and days[0]))
        return _filled_for(days, [] if report is None else [report])
    first, last = days or (None, None)
    ask_team = standups.away_team if away else standups.team
    one_day = first == last
    asked = ask_team(space.id, first) if one_day else ask_team(space.id, since=first, until=last)
    reports = _filled_for(days, await asked)
    if not mine:
        return reports
    me = await api.client.users.me()
    return [report for report in reports if report.user_id == me.id]


async def _or_none(asked: Awaitable[StandupReport | None]) -> StandupReport | None:
    """One's report of a day, where a 404 too says that there is none: the space itself was found before."""
    try:
        return await asked
    except NotFound as error:
        if error.tool_missing:
            raise
        return None


def _filled_for(days: _Days, reports: Sequence[StandupReport]) -> list[StandupReport]:
    """Those of the days: the API's own filter lets away reports of the days before through."""
    if days is None:
        today = _today()  # in which time zone Assembla begins its day is not known
        days = today - timedelta(days=1), today + timedelta(days=1)
    return [report for report in reports if report.filled_for is None or days[0] <= report.filled_for <= days[1]]


async def _of_portfolio(
    api: Api, portfolio: str, days: _Days, away: bool, with_roadblocks: bool
) -> list[StandupReport]:
    standups = api.client.standups
    if away:
        reports = await standups.portfolio_away(portfolio, *(days or (None, None)))
        return reports if days is None else _filled_for(days, reports)
    if days not in (None, (_today(), _today())):
        raise Refused("INVALID", "date: the reports of a portfolio come for today only; give `space` for other days.")
    return await (standups.portfolio_with_needs if with_roadblocks else standups.portfolio)(portfolio)


def _today() -> date:
    return datetime.now(UTC).date()
