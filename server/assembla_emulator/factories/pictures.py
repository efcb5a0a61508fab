"""A person's picture: a small symmetric pattern as PNG, drawn from the id, so that everybody has one."""

import struct
import zlib

from assembla_emulator import deterministic

CELLS, CELL_PIXELS = 5, 8
PAPER = bytes((240, 243, 246))


def png_of(key: str) -> bytes:
    """A PNG of 40 × 40 pixels that is always the same for the same key."""
    ink = bytes(60 + deterministic.below(140, 0, key, channel) for channel in "rgb")
    side = CELLS * CELL_PIXELS
    rows = []
    for y in range(CELLS):
        half = [deterministic.fraction(0, key, y, x) < 0.5 for x in range(CELLS // 2 + 1)]
        line = b"".join((ink if filled else PAPER) * CELL_PIXELS for filled in half + half[-2::-1])
        rows += [b"\0" + line] * CELL_PIXELS
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    image = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", image) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
