"""The bytes of the demo's documents, made by code: text in several encodings, pictures, and much of nothing."""

import hashlib
import json
import zlib
from functools import partial

from assembla_emulator import deterministic
from assembla_emulator.demo.sentences import SENTENCES, paragraph
from assembla_emulator.factories.pictures import png_of

LARGE_BYTES = 6 * 2**20


def large(name: str) -> bytes:
    """Six mebibytes that compress badly."""
    return hashlib.shake_256(name.encode()).digest(LARGE_BYTES)


def text(seed: int, name: str, paragraphs: int = 4) -> bytes:
    """Plain text in UTF-8."""
    return "\n\n".join(paragraph(seed, name, number) for number in range(paragraphs)).encode() + b"\n"


def markdown(seed: int, name: str) -> bytes:
    """A page in Markdown."""
    return f"# {name}\n\n{paragraph(seed, name)}\n\n- [ ] first\n- [x] second\n".encode()


def log_lines(seed: int, name: str, count: int) -> bytes:
    """A log, one entry a line; every ninth is an error with a trace."""
    lines = []
    for number in range(count):
        stamp = f"2026-03-{1 + number % 28:02} 04:{number % 60:02}:07"
        if number % 9:
            lines.append(f"{stamp} INFO  {SENTENCES[number % len(SENTENCES)]}")
        else:
            lines += [f"{stamp} ERROR NoBerthLeft: pier {number % 7}", "    at Berths.lock (berths.kt:118)"]
    return "\n".join([f"# {name} {deterministic.token(seed, name)}", *lines, ""]).encode()


def csv_rows(seed: int, count: int) -> bytes:
    """A table of berths, with a cell that spreadsheets would run."""
    rows = [
        f"{number},{deterministic.below(18, seed, 'length', number) + 4}.5,pier {number % 5}" for number in range(count)
    ]
    return "\n".join(["berth,length_m,pier", *rows, '99,0,"=HYPERLINK(""http://evil.invalid"")"', ""]).encode()


def settings(seed: int) -> bytes:
    """A configuration in JSON."""
    ports = [{"code": f"LF{number}", "depth_m": deterministic.below(90, seed, number) / 10} for number in range(6)]
    return json.dumps({"name": "harbour-app", "ports": ports, "retries": 3}, indent=2).encode()


def svg(seed: int) -> bytes:
    """A drawing with a script in it, as drawings may have."""
    x = deterministic.below(80, seed, "svg")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="{x}" cy="50" r="20"/>'
        "<script>alert(1)</script></svg>"
    ).encode()


def pdf(seed: int, name: str) -> bytes:
    """What begins and ends as a PDF does, with a compressed stream between."""
    stream = zlib.compress(text(seed, name))
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Length " + str(len(stream)).encode()
    return head + b"/Filter/FlateDecode>>\nstream\n" + stream + b"\nendstream\nendobj\n%%EOF\n"


def latin1() -> bytes:
    """Text that is not UTF-8."""
    return "Größe der Liegeplätze: 8 × 3 m. Gebühr: 12 £. Ça va.\n".encode("latin-1")


png = png_of
lazily_large = partial(partial, large)
