"""A program of its own, started twice by test_auth_processes.py: one call with the login that the file store holds."""

import sys
from pathlib import Path

import anyio

from assembla_client.auth.oauth import Bearer
from assembla_client.auth.token_store import FileStore, Slot
from auth_harness import ask, sender_on


async def main(base_url: str, state_dir: Path) -> None:
    slot, store = Slot("default", base_url), FileStore(state_dir)
    login = store.load(slot)
    assert login is not None
    bearer = Bearer(login.application, login.tokens, slot=slot, store=store, state_dir=state_dir, stored=True)
    sender = sender_on(None, base_url)
    tell("ready")
    for line in sys.stdin:  # one call for each line
        tell(f"{(await ask(bearer, sender)).status} {line.strip()}")
    await sender.aclose()


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], Path(sys.argv[2]))
