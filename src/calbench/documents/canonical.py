"""Canonical JSON (RFC 8785) and hashes of documents: the same content is always the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import rfc8785
from pydantic import BaseModel

ZEROS = "0" * 64


def canonical(content: BaseModel | Mapping[str, object]) -> bytes:
    """Give the RFC 8785 bytes of a document.

    Raises:
        ValueError: It holds a float: numbers stand as text, so that no digit depends on a program.
    """
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    _refuse_floats(plain, "")
    return rfc8785.dumps(plain)  # type: ignore[arg-type] # its own recursive alias; floats were refused above


def sha256(data: bytes) -> str:
    """Give the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(content: BaseModel | Mapping[str, object]) -> str:
    """Give the SHA-256 of a document's canonical bytes."""
    return sha256(canonical(content))


def _refuse_floats(value: object, where: str) -> None:
    if isinstance(value, float):
        raise ValueError(f"{where or 'document'}: {value!r} is a float; write numbers as text")  # noqa: TRY004 - wrong content, not a wrong call
    if isinstance(value, Mapping):
        for key, part in value.items():
            _refuse_floats(part, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            _refuse_floats(part, f"{where}[{index}]")
