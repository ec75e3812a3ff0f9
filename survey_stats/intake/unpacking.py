"""How large a packed file becomes, found out before it is unpacked."""

from __future__ import annotations

import re
import struct

import numpy as np

from survey_stats.errors import InputError

MUCH_UNPACKED, MOST_UNPACKED, MOST_RATIO = 128 * 2**20, 1024 * 2**20, 100
"""Bytes that a packed file may unpack to, and from where on its ratio counts: a real workbook packs 5 to 30 times."""
MUCH_UNPACKED_ZSAV = MUCH_UNPACKED // 8
"""In a .zsav a byte can stand for a cell of eight."""
_ZSAV, _END_OF_DICTIONARY, _LITTLE_ENDIAN = b"$FL3", 999, (b"\2\0\0\0", b"\3\0\0\0")
_TRAILER_HEAD, _TRAILER_ENTRY = 24, 24


def require_small(source: str, unpacked: int, packed: int, advice: str, much: int = MUCH_UNPACKED) -> None:
    """Raises for a small file that would unpack into a huge one.

    Args:
        source: The file.
        unpacked: Bytes it would unpack to.
        packed: Bytes it has.
        advice: What to do about it.
        much: From how many bytes on the ratio counts.
    """
    if unpacked > MOST_UNPACKED or unpacked > max(much, MOST_RATIO * packed):
        raise InputError(
            f"{source} would unpack to {unpacked / 2**20:,.0f} MiB, from {packed / 2**20:,.1f} MiB. Allowed are "
            f"{MOST_UNPACKED / 2**20:,.0f} MiB, and above {much / 2**20:,.0f} MiB no more than {MOST_RATIO} "
            f"times the file. {advice}"
        )


def zsav_size(content: bytes) -> int:
    """Bytes that the blocks of a .zsav unpack to; 0 for any other file.

    The dictionary ends with a record that says where the table of blocks lies. Nothing else tells where that record is,
    so whatever can be one is taken for it, and the largest table counts: a decoy hides nothing.
    """
    if not content.startswith(_ZSAV):
        return 0
    order = "<" if content[64:68] in _LITTLE_ENDIAN else ">"
    ends = re.finditer(re.escape(struct.pack(f"{order}i", _END_OF_DICTIONARY)), content)
    return max((_blocks_from(content, end.end() + 4, order) for end in ends), default=0)


def _blocks_from(content: bytes, header: int, order: str) -> int:
    """Bytes of all blocks by the table that a header names: its own place, that of the table, the table's length."""
    if header + 24 > len(content):
        return 0
    start, length = struct.unpack_from(f"{order}8xqq", content, header)
    if start < 0 or length < _TRAILER_HEAD or start + length > len(content):
        return 0
    entry = np.dtype([("places", f"{order}i8", 2), ("unpacked", f"{order}u4"), ("packed", f"{order}u4")])
    count = (length - _TRAILER_HEAD) // _TRAILER_ENTRY
    entries = np.frombuffer(content, entry, count, start + _TRAILER_HEAD)
    return int(entries["unpacked"].sum(dtype=np.int64))
