"""Canonical JSON (RFC 8785) and hashes of documents: the same content is always the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import rfc8785
from pydantic import BaseModel

ZEROS = "0" * 64

# For usual content the same bytes as RFC 8785 in a fifth of the time: the same escapes, and keys whose order by code
# point is that by UTF-16 code unit.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True)
_LARGEST = 2**53 - 1


def canonical(content: BaseModel | Mapping[str, object]) -> bytes:
    """Give the RFC 8785 bytes of a document.

    Raises:
        ValueError: It holds a float: numbers stand as text, so that no digit depends on a program.
    """
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    if _usual(plain):
        return _ENCODER.encode(plain).encode()
    _refuse_floats(plain, "")
    return rfc8785.dumps(plain)  # type: ignore[arg-type] # its own recursive alias; floats were refused above


def sha256(data: bytes) -> str:
    """Give the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(content: BaseModel | Mapping[str, object]) -> str:
    """Give the SHA-256 of a document's canonical bytes."""
    return sha256(canonical(content))


def _usual(value: object) -> bool:
    """Tell whether content is usual: text, whole numbers that JSON can hold, and maps whose keys are ASCII."""
    kind = type(value)
    if kind is str:
        return True
    if kind is dict:
        return all(
            type(key) is str and key.isascii() and (type(part) is str or _usual(part))
            for key, part in value.items()  # type: ignore[attr-defined] # a dict
        )
    if kind is list or kind is tuple:
        return all(type(part) is str or _usual(part) for part in value)  # type: ignore[attr-defined] # as above
    if kind is int:
        return -_LARGEST <= value <= _LARGEST  # type: ignore[operator] # an int
    return value is None or kind is bool


def _refuse_floats(value: object, where: str) -> None:
    if isinstance(value, float):
        raise ValueError(f"{where or 'document'}: {value!r} is a float; write numbers as text")  # noqa: TRY004 - wrong content, not a wrong call
    if isinstance(value, Mapping):
        for key, part in value.items():
            _refuse_floats(part, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            _refuse_floats(part, f"{where}[{index}]")
