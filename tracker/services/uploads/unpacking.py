"""How a picture's remaking is told: three lengths, JSON, picture, thumbnail. Needs no imaging library."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTHS = struct.Struct(">III")


def pack(told: Mapping[str, Any], main: bytes = b"", small: bytes = b"") -> bytes:
    """Put an answer together."""
    head = json.dumps(told).encode()
    return _LENGTHS.pack(len(head), len(main), len(small)) + head + main + small


def unpack(answer: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Take an answer apart: what is told, the picture, the thumbnail."""
    head, main, small = _LENGTHS.unpack_from(answer)
    begin = _LENGTHS.size
    middle = begin + head
    return json.loads(answer[begin:middle]), answer[middle : middle + main], answer[middle + main :][:small]
