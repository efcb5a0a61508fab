"""What belongs to single people: mentions, and their own SSH keys."""

from assembla_emulator.database.database import Database
from assembla_emulator.demo import untrusted_text
from assembla_emulator.demo.sentences import paragraph
from assembla_emulator.factories.documents import SITE
from assembla_emulator.factories.mentions import add_mention
from assembla_emulator.factories.ssh_keys import add_ssh_key

MENTIONED_BY = ["odalys", "tobin", "zephyra", "perrin", "ines", "q.a.robot"]
MENTIONS = 34


def add_personal(database: Database) -> None:
    """For the signed-in user; one other person has some, that only they may see."""
    other = str(database.user("odalys")["id"])
    for number in range(MENTIONS):
        author = database.user(MENTIONED_BY[number % len(MENTIONED_BY)])
        message = f"@wren {paragraph(database.seed, 'mention', number, sentences=1 + number % 2)}"
        link = f"{SITE}/spaces/harbour-app/tickets/{number + 1}"
        times = {"created_at": database.days_ago(0.6 + number * 1.9), "read": number > 6 and number != 11}
        add_mention(database, database.me, author["id"], message, link, **times)
    add_mention(
        database,
        database.me,
        database.user("emeric")["id"],
        untrusted_text.EVERYTHING,
        f"{SITE}/?next=javascript:alert(1)",
    )
    add_mention(
        database, other, database.me, "@odalys could you look at the tariff page?", f"{SITE}/spaces/harbour-app/wiki"
    )
    add_ssh_key(database, database.me, "Laptop")
    add_ssh_key(database, database.me, "Build server", read_only=True)
    add_ssh_key(database, other, "Desk")
