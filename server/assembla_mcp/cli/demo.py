"""What a newcomer sees first: a few questions, answered through a real MCP client from the built-in emulator.

Everything shown is taken from the answers. It ends with a configuration that works as it is printed.
"""

import json
import time
from typing import TYPE_CHECKING, Any

import anyio
import click
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from assembla_mcp import logs
from assembla_mcp.cli.invocation import for_clients, for_people
from assembla_mcp.cli.rendering import Table, field_list
from assembla_mcp.config.settings import defaults
from assembla_mcp.exit_status import CommandError

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult

Answer = dict[str, Any]

BEGINNING = (
    "A real MCP client talks to the real server. Only Assembla itself is played, by the built-in emulator: "
    "no account, no network."
)
ENDING = (
    "For your own account leave out --demo and run `{program} login`, or set ASSEMBLA_API_KEY and "
    'ASSEMBLA_API_SECRET in the "env" of this configuration. `{program} doctor` says what is missing.'
)


def demo(*, log_level: str | None) -> None:
    """Ask, show, and say how to go on. The user's own settings play no part, so none can be in the way."""
    logs.configure(log_level or "warning")
    anyio.run(_run, Console(highlight=False))


def configuration() -> Answer:
    """What goes into a client's `mcp.json`: this very program, on the emulator."""
    command, *arguments = for_clients()
    return {"mcpServers": {"assembla": {"command": command, "args": [*arguments, "serve", "--demo"]}}}


async def _run(console: Console) -> None:
    from mcp import Client

    from assembla_mcp.mcp_server import build_server
    from assembla_tools import select

    console.print(Rule("an assistant asks, Assembla answers", style="cyan"))
    console.print(Text(f"{BEGINNING}\n", style="dim"))
    async with Client(build_server(defaults(), select(), demo=True)) as client:
        conversation = Conversation(client, console)
        await _questions(conversation)
        console.print(Text(f"{conversation.asked} questions, {conversation.seconds:.2f} s in all.\n", style="dim"))
        _print_configuration(console)


def _print_configuration(console: Console) -> None:
    console.print(Rule("your turn", style="cyan"))
    console.print(Text("Paste this into your assistant's MCP configuration. It works as it is, on the emulator:\n"))
    click.echo(json.dumps(configuration(), indent=2))  # not through rich: a broken line cannot be pasted
    console.print(Text(f"\n{ENDING.format(program=for_people())}"))


async def _questions(conversation: "Conversation") -> None:
    me = await conversation.ask("Who am I in Assembla?", "get_user")
    shown = {name: me[name] for name in ("login", "name", "email") if me.get(name)}
    conversation.answer(f"You are {me['name']}, and your login is {me['login']}.", field_list(shown))

    spaces = await conversation.ask("Which active spaces do I take part in?", "list_spaces", status="active")
    rows = spaces["items"]
    extent = "and that is all of them" if spaces["complete"] else "and there are more"
    conversation.answer(f"{len(rows)}, {extent}.", Table(rows, ["name", "wiki_name", "updated_at"]))

    await _what_is_left(conversation, "Harbour Mobile App")

    slip = rows[0]["wiki_name"][:3] + rows[0]["wiki_name"][4:]
    said = await conversation.ask_for_error(f"What is {slip} about?", "get_space", space=slip)
    conversation.answer("There is no such space, but the error says what to try next.", Text(said, style="yellow"))


async def _what_is_left(conversation: "Conversation", space: str) -> None:
    milestone = await conversation.ask(
        f"What is {space} working towards?", "get_milestone", space=space, milestone="current"
    )
    due = milestone["due_date"] or "no day that anybody has named"
    conversation.answer(f"{milestone['title']}, due {due}.")

    found = await conversation.ask(
        *("What is left in it, and who has it?", "search_tickets"),
        space=space,
        milestone="current",
        sort="priority",
        limit=5,
    )
    tickets = found["items"]
    busy = sorted({ticket["assignee"] or "nobody" for ticket in tickets})
    extent = (
        "That is all" if found["complete"] else f"Those are the first {len(tickets)}, and there is a cursor to more"
    )
    conversation.answer(
        f"{extent}; they are with {', '.join(busy)}.",
        Table(tickets, ["number", "summary", "status", "priority", "assignee"]),
    )


class Conversation:
    """One conversation: asks through the client, shows on the console, keeps count."""

    def __init__(self, client: "Client", console: Console) -> None:
        self._client = client
        self._console = console
        self.asked = 0
        self.seconds = 0.0

    async def ask(self, question: str, tool: str, **arguments: Any) -> Answer:
        """Show a question and its call; return the answer. Raises CommandError if the tool fails."""
        result = await self._call(question, tool, arguments)
        if result.is_error or result.structured_content is None:
            raise CommandError(f"the demo failed at {tool}: {text_of(result)}")
        answer: Answer = result.structured_content
        return answer

    async def ask_for_error(self, question: str, tool: str, **arguments: Any) -> str:
        """The same for a question without an answer; return what the tool says instead."""
        result = await self._call(question, tool, arguments)
        if not result.is_error:
            raise CommandError(f"the demo failed at {tool}: it found what does not exist")
        return text_of(result)

    def answer(self, sentence: str, details: RenderableType = "") -> None:
        """Show what came back, and what it means."""
        if details:
            self._console.print(Padding(details, (0, 0, 0, 2), expand=False))
        said = Text.assemble(("● ", "green"), sentence)
        self._console.print(Padding(said, (0, 0, 1, 2), expand=False))

    async def _call(self, question: str, tool: str, arguments: Answer) -> "CallToolResult":
        began = time.perf_counter()
        result = await self._client.call_tool(tool, arguments)
        took = time.perf_counter() - began
        self.asked += 1
        self.seconds += took
        asked = Panel(Text(question, style="bold"), title="you", title_align="left", border_style="cyan")
        called = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
        line = Text.assemble(
            ("→ ", "magenta"), (tool, "bold magenta"), f"({called})", (f"  {took * 1e3:.0f} ms", "dim")
        )
        self._console.print(asked, Padding(line, (0, 0, 0, 2), expand=False))
        return result


def text_of(result: "CallToolResult") -> str:
    """All text of a tool's answer."""
    return "\n".join(block.text for block in result.content if block.type == "text")
