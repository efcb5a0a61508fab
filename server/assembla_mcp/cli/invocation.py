"""How this very program is started again: for configurations to paste, and commands to type."""

import json
import shlex
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

NAME = "assembla-mcp"

# Folders of uv's cache under which `uvx` makes environments; they may be gone tomorrow.
_UV_ENVIRONMENTS = ("archive-v", "environments-v", "builds-v")


def for_clients() -> list[str]:
    """The command as a client's configuration needs it: found from anywhere, today and tomorrow."""
    if is_of_uvx(Path(sys.prefix)):
        return uvx_command(_origin())
    beside = shutil.which(NAME, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(NAME)
    return [found] if found else [sys.executable, "-m", "assembla_mcp"]


def for_people() -> str:
    """The command as somebody types it here."""
    if is_of_uvx(Path(sys.prefix)):
        return shlex.join(uvx_command(_origin()))
    first = for_clients()[0]
    on_path = shutil.which(NAME)
    if on_path is not None and Path(on_path).resolve() == Path(first).resolve():
        return NAME
    path = Path(first)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return shlex.join([str(shown), *for_clients()[1:]])


def is_of_uvx(prefix: Path) -> bool:
    """Whether that is an environment which `uvx` made for one run."""
    return any(part.startswith(_UV_ENVIRONMENTS) for part in prefix.parts)


def uvx_command(origin: str | None) -> list[str]:
    """What `uvx` is given to run this program, from where it was installed, or from the index."""
    return ["uvx", NAME] if origin is None else ["uvx", "--from", origin, NAME]


def _origin() -> str | None:
    try:
        return origin_in(distribution(NAME).read_text("direct_url.json"))
    except PackageNotFoundError:
        return None


def origin_in(direct_url: str | None) -> str | None:
    """Where a package came from, if not from an index: a folder, an archive or a repository (PEP 610)."""
    if direct_url is None:
        return None
    told = json.loads(direct_url)
    url = str(told["url"])
    if vcs := told.get("vcs_info"):
        return f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    parts = urlsplit(url)
    return unquote(parts.path) if parts.scheme == "file" else url
