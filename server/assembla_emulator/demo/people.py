"""The people of Lumenfjord, a company that does not exist. Nobody is called like this."""

from typing import NamedTuple

from assembla_emulator.database.database import Database

ME = "wren"


class Person(NamedTuple):
    """A login, a name, and what else tells people apart."""

    login: str
    name: str
    organization: str | None = "Lumenfjord"
    im: tuple[str, str] | None = None
    picture: bool = True


PEOPLE = [
    Person(ME, "Wren Tallowmere", im=("Jabber", "wren@chat.lumenfjord.example")),
    Person("odalys", "Odalys Fernwhistle"),
    Person("tobin", "Tobin Marshlantern", im=("Skype", "tobin.marshlantern")),
    Person("juno.s", "Juno Saltbottle"),
    Person("ines", "Ines Copperquill"),
    Person("bram", "Bram Thistlewharf"),
    Person("maren", "Maren Foghollow"),
    Person("lucan", "Lucan Pebblegate", picture=False),
    Person("sable", "Sable Windlebrook"),
    Person("ottoline", "Ottoline Duskferry"),
    Person("perrin", "Perrin Lampwright-Moss"),
    Person("zephyra", "Zephyra Kettlestone"),
    Person("anselm", "Anselm Driftbarrow", im=("Google Talk", "anselm@lumenfjord.example")),
    Person("kit", "Kit Larkspindle"),
    Person("kit.l2", "Kit Larkspindle", organization="Pinegrove Contractors"),  # a namesake, told apart by login
    Person("noor", "Noor Quillhaven"),
    Person("fenna", "Fenna Bristlecombe"),
    Person("caspian", "Caspian Oatmeadow"),
    Person("dell", "Dell Harrowfinch"),
    Person("mirelle", "Mirelle Snowpocket"),
    Person("ragnar", "Ragnar Buttonvale"),
    Person("ysolde", "Ysolde Mapleforge"),
    Person("tamsin", "Tamsin Gullwater"),
    Person("emeric", "Émeric Brûlepont", organization=None),
    Person("hana", "Hana Tidepaper", organization=None, picture=False),
    Person("q.a.robot", "Build Robot", organization=None, picture=False),
    Person("guest.auditor@pinegrove.example", "guest.auditor@pinegrove.example", None, picture=False),
    Person("stranger", "Stellan Farwick-Nowhere", organization="Blackpine Research"),
]


def add_people(database: Database) -> None:
    """Everybody, and which of them is signed in and manages the portfolio."""
    for person in PEOPLE:
        im = {"type": person.im[0], "id": person.im[1]} if person.im else {"type": None, "id": None}
        row = database.add_user(person.login, person.name, organization=person.organization, im=im)
        if not person.picture:
            row["picture"] = ""
    database.me = str(database.user(ME)["id"])
    database.portfolio_managers.add(database.me)
