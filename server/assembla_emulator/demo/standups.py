"""The stand-ups: of the teams that hold them, today and on the thirty working days before."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import STANDUP
from assembla_emulator.demo import untrusted_text
from assembla_emulator.demo.people import ME
from assembla_emulator.demo.sentences import TOPICS
from assembla_emulator.demo.teams import team_of
from assembla_emulator.factories.standups import add_standup_report

WORKING_DAYS = 30
MY_DAY_AWAY = 3
"""So many working days ago the signed-in user was away."""

HELD_UP = 5
"""The place in a team of whom something always holds up."""

DONE = ["Finished the work on {}.", "Reviewed two changes to {}.", "Looked for the fault in {}.", "Wrote up {}."]
NEXT = ["Go on with {}.", "Start on {}.", "Test {} on the old tablets.", "Help support with {}."]
BLOCKED = [
    "Waiting for the harbour office's answer about {}.",
    "No access to {} yet.",
    "The staging system is down, cannot test {}.",
]
AWAY = ["On holiday, back next week.", "Ill today.", "At the dentist in the morning.", "Parental leave."]


def add_standups(database: Database) -> None:
    """All reports, the oldest day first. On each day somebody is away, and somebody is held up, in the first team."""
    holding = [space for space in database.spaces if database.space_tools.where(space_id=space["id"], tool_id=STANDUP)]
    today = database.today.date()
    days = [today, *islice(_working_days(today), WORKING_DAYS)]
    for back, day in reversed([*enumerate(days)]):
        away: dict[str, bool] = {}
        for space in holding:
            for place, person in enumerate(team_of(database, space)):
                if person["id"] not in away:
                    away[person["id"]] = _is_away(person, back, place)
                    _report(database, space, person, day, back, place, away[person["id"]])
                elif not away[person["id"]]:  # an absence is told once, for all spaces
                    _report(database, space, person, day, back, place, False)


def _working_days(today: date) -> Iterator[date]:
    day = today
    while True:
        day -= timedelta(1)
        if day.weekday() < 5:
            yield day


def _is_away(person: Row, back: int, place: int) -> bool:
    return back == MY_DAY_AWAY if person["login"] == ME else place == 1 + back % 4


def _report(database: Database, space: Row, person: Row, day: date, back: int, place: int, away: bool) -> None:
    """Report for that day, or keep silent."""
    chance = deterministic.fraction(database.seed, "standup", space["wiki_name"], person["login"], back)
    if away:
        text = deterministic.choice(AWAY, database.seed, "away", person["login"], back)
        add_standup_report(database, space, person["id"], day, what_i_will_do=text, away_flag=True)
    elif chance < 0.85 or person["login"] == ME or place == HELD_UP:
        _at_work(database, space, person, day, back, held_up=place == HELD_UP or chance < 0.1)


def _at_work(database: Database, space: Row, person: Row, day: date, back: int, held_up: bool) -> None:
    def say(choices: list[str]) -> str:
        key = (space["wiki_name"], person["login"], back)
        return deterministic.choice(choices, database.seed, choices[0], *key).format(
            deterministic.choice(TOPICS, database.seed, "on", *key).lower()
        )

    roadblocks = say(BLOCKED) if held_up else None
    if back == 1 and held_up:
        roadblocks = f"{roadblocks}\n{untrusted_text.ORDERS} {untrusted_text.INVISIBLE}"
    add_standup_report(
        database, space, person["id"], day, what_i_did=say(DONE), what_i_will_do=say(NEXT), roadblocks=roadblocks
    )
