"""What the demo's Assembla holds: a made-up company's people and projects. One module per kind of data."""

from assembla_emulator.demo.activity import add_activity
from assembla_emulator.demo.documents import add_documents
from assembla_emulator.demo.merge_requests import add_merge_requests
from assembla_emulator.demo.people import add_people
from assembla_emulator.demo.personal import add_personal
from assembla_emulator.demo.portfolio import add_portfolio
from assembla_emulator.demo.projects import add_projects
from assembla_emulator.demo.ssh import add_ssh
from assembla_emulator.demo.standups import add_standups
from assembla_emulator.demo.tracker import add_tracker
from assembla_emulator.demo.wiki_pages import add_wiki_pages
from assembla_emulator.world import World


def populate(world: World) -> None:
    """Fill an empty world."""
    add_people(world)
    add_projects(world)
    add_tracker(world)
    # tickets and milestones go above: files hang on them, and the stream tells of all that is there
    add_wiki_pages(world)
    add_documents(world)
    add_merge_requests(world)
    add_standups(world)
    add_ssh(world)
    add_personal(world)
    add_portfolio(world)
    add_activity(world)
