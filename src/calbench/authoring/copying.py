"""Copying a procedure: another id and version, a line that says where it is from, and nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from calbench.authoring.kinds import kind_of
from calbench.authoring.source import Source, open_source
from calbench.authoring.validation import Document, read, read_lenient
from calbench.documents.procedure import Procedure
from calbench.documents.specification import Specification
from calbench.errors import InvalidFile, UsageError


@dataclass(frozen=True)
class Copied:
    """The text of the copy, and its pictures: path in the procedure to file."""

    text: str
    pictures: dict[str, Path]


def copied(path: Path, name: str, version: str) -> Copied:
    """Make a copy of a procedure, or of a specification; comments and layout stay.

    Args:
        path: The procedure, or the specification.
        name: The id of the copy.
        version: Its version, three numbers.

    Raises:
        InvalidFile: The procedure, or the copy, breaks a rule of its form: such as an id that is none.
        UsageError: It cannot be read, or a picture does not lie below its folder.
    """
    model = _model_of(path)
    document = read(path, model)
    text = document.source.text
    for key, value in sorted((("id", name), ("version", version)), key=lambda one: -_start(document, one[0])):
        start = _start(document, key)
        text = text[:start] + value + text[start + document.located.place((key,)).length :]
    of = f"{document.model.id} {document.model.version} ({path.name}, SHA-256 {document.source.sha256})"
    text = f"# Begun as a copy of {of}.\n{text}"
    read(Source(f"{name}.yaml", text), model)
    return Copied(text, {one: path.parent / one for one in _pictures(document)})


def _model_of(path: Path) -> type[Procedure | Specification]:
    return Specification if kind_of(open_source(path)) == "specification" else Procedure


def _start(document: Document[Procedure | Specification], key: str) -> int:
    place = document.located.place((key,))
    return document.source.starts[place.line - 1] + place.column - 1


def _pictures(document: Document[Procedure | Specification]) -> list[str]:
    found: dict[str, None] = {}
    for path in document.located.paths():
        node = document.located.node(path)
        if path[-1:] == ("picture",) and node is not None and isinstance(node.value, str):
            found[str(node.value)] = None
    for one in found:
        if ".." in PurePosixPath(one.replace("\\", "/")).parts or Path(one).is_absolute():
            raise UsageError(
                f"The picture {one} does not lie below the folder of the procedure: copy it by hand."
            )
    return list(found)


def id_of(path: Path) -> str | None:
    """Give the id of a procedure or specification; None of one that breaks a rule of its form: nobody's original.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        document, _ = read_lenient(path, _model_of(path))
    except InvalidFile:
        return None
    return None if document is None else document.model.id


def has_id(path: Path, name: str) -> bool:
    """Tell whether this is the id of a procedure or specification; a file without that word in it is read no further.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return name in open_source(path).text and id_of(path) == name
    except InvalidFile:
        return False
