"""The page a person sees in the browser when signing in is over. Pure, in one piece, without scripts."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Literal

Outcome = Literal["done", "failed", "ignored"]

_COLOURS: dict[Outcome, str] = {"done": "#1a7f4b", "failed": "#c0392b", "ignored": "#8a6d1a"}
_ICONS: dict[Outcome, str] = {
    "done": "M18 33l9 9 20-21",
    "failed": "M22 22l20 20M42 22L22 42",
    "ignored": "M32 18v18M32 45v1",
}

_STYLE = """
:root { color-scheme: light dark;
  --ground: #f2f4f7; --card: #fff; --ink: #1d2733; --soft: #5b6775; --edge: #dfe4ea; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161b; --card: #1b2128; --ink: #eef1f4; --soft: #a3adb9; --edge: #2c343d; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2.75rem 2.25rem 2.25rem; text-align: center;
  background: var(--card); border: 1px solid var(--edge); border-radius: 1rem;
  box-shadow: 0 1rem 3rem rgb(15 25 40 / .09); }
svg { width: 4rem; height: 4rem; }
h1 { margin: 1.1rem 0 .5rem; font-size: 1.45rem; line-height: 1.25; letter-spacing: -.01em; }
p { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
footer { margin-top: 1.9rem; padding-top: 1.1rem; border-top: 1px solid var(--edge);
  font-size: .82rem; color: var(--soft); }
"""

# Only this one style may apply, and nothing at all may be loaded, run, framed or submitted.
SECURITY_HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'",
    ),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


@dataclass(frozen=True)
class Page:
    """What to tell the person: an HTTP status, how it ended, a title and a sentence, both plain text."""

    status: int
    outcome: Outcome
    title: str
    text: str

    def html(self) -> bytes:
        """The page as UTF-8. Whatever title and text hold stays text."""
        title, text = escape(self.title), escape(self.text)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title} · assembla-mcp</title><style>{_STYLE}</style></head><body><main>"
            '<svg viewBox="0 0 64 64" fill="none" stroke-width="5" stroke-linecap="round" '
            f'stroke-linejoin="round" stroke="{_COLOURS[self.outcome]}" aria-hidden="true">'
            '<circle cx="32" cy="32" r="28"/>'
            f'<path d="{_ICONS[self.outcome]}"/></svg>'
            f"<h1>{title}</h1><p>{text}</p>"
            "<footer>assembla-mcp, on this computer</footer></main></body></html>"
        ).encode("utf-8", "replace")


def signed_in(who: str) -> Page:
    return Page(200, "done", "You are signed in", f"{who}. You can close this window and go back to your terminal.")


def not_signed_in(why: str) -> Page:
    return Page(400, "failed", "Signing in did not work", f"{why} The terminal says how to go on.")


def denied() -> Page:
    return Page(200, "failed", "Access was denied", "Nothing was stored. Run the login again if that was a mistake.")


def not_expected() -> Page:
    text = "This address does not belong to the sign-in that is under way, so nothing was done with it."
    return Page(400, "ignored", "Not the page we wait for", text)
