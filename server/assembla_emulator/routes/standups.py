"""Stand-up reports: endpoints 98, 99, 101 and 102 of a space, 154 to 156 of a portfolio. Reads only."""

from collections.abc import Iterable
from datetime import date, timedelta

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import STANDUP
from assembla_emulator.factories.standups import standup_reports
from assembla_emulator.responses import Refused, not_found
from assembla_emulator.routes.portfolio import spaces_managed
from assembla_emulator.routes.queries.dates import checked_range, day_of
from assembla_emulator.routing import Call, Routes

STALE_AWAY_DAYS = 7

routes = Routes()


def _day(call: Call, name: str) -> date:
    text = call.query.get(name)
    return call.now.date() if text is None else day_of(text)


def _range(call: Call) -> tuple[date, date]:
    """`from` and `to`, or the one day of `date`; today where nothing is said."""
    if "from" in call.query or "to" in call.query:
        return checked_range(_day(call, "from" if "from" in call.query else "to"), _day(call, "to"))
    return _day(call, "date"), _day(call, "date")


def _reports(call: Call, spaces: Iterable[Row], away: bool, span: tuple[date, date], stale_days: int = 0) -> list[Row]:
    """The oldest day first. Reports that were up to `stale_days` old when the span began are in it too."""
    table, (start, end) = standup_reports(call.database), span
    rows = [row for space in spaces for row in table.where(space_id=space["id"], away_flag=away)]
    kept = [row for row in rows if start <= row["filled_for"] + timedelta(stale_days) and row["filled_for"] <= end]
    return sorted(kept, key=lambda row: row["filled_for"])


@routes.get("/spaces/{space}/standup_reports", STANDUP)
def list_reports(call: Call) -> list[Row]:
    """98. The team's of a day, or of the days of a range."""
    return _reports(call, [call.space], False, _range(call))


@routes.get("/spaces/{space}/standup_report", STANDUP)
def get_report(call: Call) -> Row:
    """99."""
    return _newest_of_mine(call, list_reports(call))


@routes.get("/spaces/{space}/away_standup_reports", STANDUP)
def list_away(call: Call) -> list[Row]:
    """101. `date` keeps no report of the week before out: one of the 23rd was recorded for the 30th."""
    ranged = "from" in call.query or "to" in call.query
    return _reports(call, [call.space], True, _range(call), 0 if ranged else STALE_AWAY_DAYS)


@routes.get("/spaces/{space}/away_standup_report", STANDUP)
def get_away(call: Call) -> Row:
    """102. With `date`, maybe one of a day before."""
    return _newest_of_mine(call, list_away(call))


def _newest_of_mine(call: Call, reports: list[Row]) -> Row:
    mine = [row for row in reports if row["user_id"] == call.user["id"]]
    if not mine:
        raise Refused(not_found())
    return mine[-1]


@routes.get("/standup_reports")
def list_all(call: Call) -> list[Row]:
    """154. Today's."""
    return _reports(call, spaces_managed(call), False, (call.now.date(), call.now.date()))


@routes.get("/standup_reports/away")
def list_all_away(call: Call) -> list[Row]:
    """155. The order of the days is looked at before anything else, as was recorded."""
    span = _range(call)
    return _reports(call, spaces_managed(call), True, span)


@routes.get("/standup_reports/with_needs")
def list_needs(call: Call) -> list[Row]:
    """156. Today's that name roadblocks."""
    return [row for row in list_all(call) if row["roadblocks"]]
