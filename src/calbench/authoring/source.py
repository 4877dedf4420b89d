"""The text of a file that a person wrote: read once, as UTF-8; lines and columns count characters."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from calbench.errors import InvalidFile, Problem, UsageError

LARGEST = 2 * 1024 * 1024
_BREAK = re.compile(r"\r\n|\r|\n")
_BOM = "\ufeff"


@dataclass(frozen=True)
class Source:
    """A text and the name that messages give it (a path as the user wrote it)."""

    file: str
    text: str
    sha256: str = ""  # of the file's bytes; of the text as UTF-8 if it came from no file

    def __post_init__(self) -> None:
        """Hash what was handed in; a byte order mark at the start says nothing in UTF-8 and is no column."""
        if not self.sha256:
            digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "sha256", digest)
        if self.text.startswith(_BOM):
            object.__setattr__(self, "text", self.text[1:])

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; CR LF, LF and CR end a line, as in YAML 1.2.2, 5.4."""
        return _BREAK.split(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins, as an index into `text`."""
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def line(self, number: int) -> str:
        """Give line `number`, from 1; "" outside of the text."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def position(self, index: int) -> tuple[int, int]:
        """Give line and column, from 1, of a character of `text`."""
        before = self.text[:index]
        ends = list(_BREAK.finditer(before))
        return len(ends) + 1, index - (ends[-1].end() if ends else 0) + 1


def open_source(path: str | os.PathLike[str]) -> Source:
    """Read a file.

    Raises:
        UsageError: There is no such file, it is a folder or a device, or it may not be read.
        InvalidFile: It is larger than 2 MiB (Y014) or is no UTF-8 (Y001).
    """
    name = os.fspath(path)
    data = _bytes(name)
    if len(data) > LARGEST:
        raise InvalidFile(
            [
                Problem(
                    name,
                    1,
                    1,
                    "Y014",
                    "the file is larger than 2 MiB, the most that is read",
                    "split the file",
                )
            ]
        )
    return source_of(name, data)


def source_of(file: str, data: bytes) -> Source:
    """Decode the bytes of a file.

    Raises:
        InvalidFile: They are no UTF-8 (Y001): the problem stands at the first wrong byte.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidFile(
            [Problem(file, 1, 1, "Y001", "the file is saved as UTF-16, not as UTF-8", "save it as UTF-8")]
        )
    try:
        return Source(file, data.decode("utf-8"), hashlib.sha256(data).hexdigest())
    except UnicodeDecodeError as error:
        raise InvalidFile([_not_utf8(file, data, error.start)]) from error


def source_to_show(path: str | os.PathLike[str]) -> Source:
    """Read a file only to show lines of it: wrong bytes are replaced, an unreadable file is empty."""
    try:
        data = _bytes(os.fspath(path))
    except UsageError:
        data = b""
    return Source(os.fspath(path), data[:LARGEST].decode("utf-8", errors="replace"))


def _not_utf8(file: str, data: bytes, at: int) -> Problem:
    before = Source(file, data[:at].decode("utf-8"))
    line, column = before.position(len(before.text))
    message = f"byte 0x{data[at]:02X} is not UTF-8"
    return Problem(file, line, column, "Y001", message, "save the file as UTF-8 in the editor")


def _bytes(name: str) -> bytes:
    try:
        path = Path(name)
        if path.is_dir():
            raise UsageError(f"{name} is a folder; name a YAML file in it.")
        if path.exists() and not path.is_file():
            raise UsageError(f"{name} is a device, not a file; name a YAML file.")
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {name}; check the name and the folder.") from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else str(error)) or "unknown reason"
        raise UsageError(f"{name!r} cannot be read: {reason}. Check the name and its permissions.") from error
