"""Canonical JSON (RFC 8785) and hashes of documents: the same content is always the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring

import rfc8785
from pydantic import BaseModel

ZEROS = "0" * 64
LARGEST = 2**53 - 1
"""The largest whole number that JSON of RFC 8785 holds."""
quoted: Callable[[str], str] = encode_basestring
"""Gives a text as a JSON string; it escapes as RFC 8785 does."""


def canonical(content: BaseModel | Mapping[str, object]) -> bytes:
    """Give the RFC 8785 bytes of a document.

    Raises:
        ValueError: It holds a float: numbers stand as text, so that no digit depends on a program.
    """
    told = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    try:
        return json_text(told).encode()
    except TypeError:  # it holds something else, that is perhaps no JSON at all
        _refuse_floats(told, "")
        return rfc8785.dumps(told)  # type: ignore[arg-type] # its own recursive alias; floats were refused above


def json_text(value: object) -> str:
    """Give the RFC 8785 text of plain JSON: dicts, lists, tuples, text, whole numbers, true, false and null.

    Raises:
        TypeError: It holds anything else, a float too, or a number beyond 53 bits. `canonical` knows what to do then.
    """
    kind = type(value)
    if kind is str:
        return quoted(value)  # type: ignore[arg-type] # it is text
    if kind is dict:
        keys: dict[str, object] = value  # type: ignore[assignment] # joining them refuses all but text
        order = sorted(keys) if "".join(keys).isascii() else sorted(keys, key=_utf16)
        return "{" + ",".join([f"{quoted(key)}:{json_text(keys[key])}" for key in order]) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join([json_text(part) for part in value]) + "]"  # type: ignore[attr-defined] # as it says
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int and -LARGEST <= value <= LARGEST:  # type: ignore[operator] # it is a number
        return str(value)
    raise TypeError(f"{kind.__name__} is not written here")


def plain(text: str) -> dict[str, object]:
    """Read an object from JSON, whatever form it has.

    Raises:
        ValueError: It is no JSON, no object, or holds a float or a whole number that is too large.
    """
    content = _DECODER.decode(text)
    if not isinstance(content, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a wrong text, not a wrong type
    return content


def sha256(data: bytes) -> str:
    """Give the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(content: BaseModel | Mapping[str, object]) -> str:
    """Give the SHA-256 of a document's canonical bytes."""
    return sha256(canonical(content))


def _utf16(key: str) -> bytes:
    """Give what RFC 8785 sorts keys by: beyond plane 0 that is another order than that of code points."""
    return key.encode("utf-16-be")


def _refuse_floats(value: object, where: str) -> None:
    if isinstance(value, float):
        raise ValueError(f"{where or 'document'}: {value!r} is a float; write numbers as text")  # noqa: TRY004 - wrong content, not a wrong call
    if isinstance(value, Mapping):
        for key, part in value.items():
            _refuse_floats(part, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            _refuse_floats(part, f"{where}[{index}]")


def _no_float(text: str) -> float:
    raise ValueError(f"{text} is a float; numbers stand as text")


def _whole(text: str) -> int:
    if len(text) > len(str(LARGEST)) + 1 or abs(number := int(text)) > LARGEST:
        raise ValueError(f"{text[:40]} is too large; numbers stand as text")
    return number


_DECODER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
