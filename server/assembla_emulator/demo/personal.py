"""What belongs to single people: mentions, and their own SSH keys."""

from assembla_emulator.demo import hostile
from assembla_emulator.demo.prose import paragraph
from assembla_emulator.rows.documents import SITE
from assembla_emulator.rows.mentions import add_mention
from assembla_emulator.rows.ssh_keys import add_ssh_key
from assembla_emulator.world import World

MENTIONED_BY = ["odalys", "tobin", "zephyra", "perrin", "ines", "q.a.robot"]
MENTIONS = 34


def add_personal(world: World) -> None:
    """For the signed-in user; one other person has some, that only they may see."""
    other = str(world.user("odalys")["id"])
    for number in range(MENTIONS):
        author = world.user(MENTIONED_BY[number % len(MENTIONED_BY)])
        message = f"@wren {paragraph(world.seed, 'mention', number, sentences=1 + number % 2)}"
        link = f"{SITE}/spaces/harbour-app/tickets/{number + 1}"
        times = {"created_at": world.days_ago(0.6 + number * 1.9), "read": number > 6 and number != 11}
        add_mention(world, world.me, author["id"], message, link, **times)
    add_mention(world, world.me, world.user("emeric")["id"], hostile.EVERYTHING, f"{SITE}/?next=javascript:alert(1)")
    add_mention(world, other, world.me, "@odalys could you look at the tariff page?", f"{SITE}/spaces/harbour-app/wiki")
    add_ssh_key(world, world.me, "Laptop")
    add_ssh_key(world, world.me, "Build server", read_only=True)
    add_ssh_key(world, other, "Desk")
