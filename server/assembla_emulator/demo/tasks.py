"""Hours that the people of Lumenfjord wrote down: a year of them, mostly on tickets."""

from datetime import timedelta

from assembla_emulator.database.database import ACCEPTED, Database
from assembla_emulator.deterministic import Draws
from assembla_emulator.factories.tasks import add_task
from assembla_emulator.factories.tickets import tickets

ENTRIES = {"harbour-app": 170, "tidewater-billing": 60, "lighthouse": 70}
HOURS = ("0.25", "0.5", "0.75", "1.0", "1.5", "2.0", "2.5", "3.0", "4.0", "7.5")
WORK = (
    "Reproduced and fixed",
    "Review",
    "Pairing on the hard part",
    "Call with support",
    "Tests",
    "Release notes, Entwürfe",
    "Planning",
)


def add_tasks(database: Database) -> None:
    """All time entries, oldest first in each space."""
    for name, number in ENTRIES.items():
        space = database.find_space(name)
        assert space is not None, name
        roles = database.user_roles.where(space_id=space["id"], status=ACCEPTED)
        people = [role["user_id"] for role in roles if role["role"] != "watcher"]
        of_space = tickets(database).where(space_id=space["id"])
        for each in range(number):
            draws = Draws(database.seed, "task", name, each)
            began = database.days_ago((number - each) * 300 / number) + timedelta(minutes=480 + 15 * draws.below(36))
            ticket = draws.choice(of_space[-400:]) if of_space and draws.chance(0.75) else None
            hours = draws.choice(HOURS)
            add_task(
                database,
                space["id"],
                hours,
                draws.choice(WORK),
                ticket,
                user_id=draws.choice([database.me, *people]),
                begin_at=began,
                end_at=began + timedelta(hours=float(hours)) if draws.chance(0.8) else began,
                billed=each < number * 0.7 and draws.chance(0.6),
                url=f"https://docs.lumenfjord.example/meetings/{each}" if ticket is None and each % 5 == 0 else None,
                job_agreement_id=7_700 + each % 3 if draws.chance(0.1) else None,
            )
