"""Canonical JSON (RFC 8785) and hashes of documents: the same content is always the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

import rfc8785
from pydantic import BaseModel

ZEROS = "0" * 64
LARGEST = 2**53 - 1
"""The largest whole number that JSON of RFC 8785 holds."""
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_BEYOND_PLANE_0 = re.compile("[\U00010000-\U0010ffff]")


def canonical(content: BaseModel | Mapping[str, object]) -> bytes:
    """Give the RFC 8785 bytes of a document.

    Raises:
        ValueError: It holds a float: numbers stand as text, so that no digit depends on a program.
    """
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    if _as_json_sorts(plain, ""):
        return _ENCODER.encode(plain).encode()
    return rfc8785.dumps(plain)  # type: ignore[arg-type] # its own recursive alias; floats were refused above


def canonical_line(text: str) -> dict[str, object]:
    """Read an object from canonical JSON.

    Raises:
        ValueError: It is no JSON, no object, holds a float or a whole number that is too large, or is not canonical.
    """
    content = _DECODER.decode(text)
    if not isinstance(content, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a wrong text, not a wrong type
    # In plane 0 the encoder of the standard library sorts and escapes as RFC 8785 does.
    beyond = not text.isascii() and _BEYOND_PLANE_0.search(text)
    again = rfc8785.dumps(content).decode() if beyond else _ENCODER.encode(content)
    if again != text:
        raise ValueError("not in canonical form")
    return content


def sha256(data: bytes) -> str:
    """Give the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(content: BaseModel | Mapping[str, object]) -> str:
    """Give the SHA-256 of a document's canonical bytes."""
    return sha256(canonical(content))


def _as_json_sorts(value: object, where: str) -> bool:
    """Refuse floats; tell whether the encoder of the standard library gives the bytes of RFC 8785.

    It does for text, true, false, null, whole numbers of up to 53 bits, lists, and objects whose keys are in plane 0:
    it sorts keys by code point, RFC 8785 by UTF-16.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if isinstance(value, float):
        raise ValueError(f"{where or 'document'}: {value!r} is a float; write numbers as text")  # noqa: TRY004 - wrong content, not a wrong call
    if kind is int:
        return -LARGEST <= value <= LARGEST  # type: ignore[operator] # it is one
    if isinstance(value, Mapping):
        # every part is looked at: each may hold a float
        parts = [_as_json_sorts(part, f"{where}.{key}") for key, part in value.items()]
        return kind is dict and all(parts) and all(map(_in_plane_0, value))
    if isinstance(value, list | tuple):
        parts = [_as_json_sorts(part, f"{where}[{index}]") for index, part in enumerate(value)]
        return all(parts)
    return False


def _in_plane_0(key: object) -> bool:
    return type(key) is str and (key.isascii() or _BEYOND_PLANE_0.search(key) is None)


def _no_float(text: str) -> float:
    raise ValueError(f"{text} is a float; numbers stand as text")


def _whole(text: str) -> int:
    if len(text) > len(str(LARGEST)) + 1 or abs(number := int(text)) > LARGEST:
        raise ValueError(f"{text[:40]} is too large; numbers stand as text")
    return number


_DECODER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
