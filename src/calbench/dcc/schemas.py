"""Validation by schema (XSD), offline. The schemas are not part of this program: they lie in a folder.

The folder holds `v3.3.0/dcc.xsd` and so on, with their imports as relative paths. It is named by an argument, by the
environment variable CALBENCH_DCC_SCHEMAS, or is `~/.calbench/dcc`; without one nothing is validated, and that is said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.dcc.xmlfile import parse_xml
from calbench.errors import InvalidFile, Problem, UsageError

if TYPE_CHECKING:
    from lxml import etree

VARIABLE = "CALBENCH_DCC_SCHEMAS"
_MOST_PROBLEMS = 50


def schema_folder(named: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Give the folder of the schemas; None if there is none.

    Raises:
        UsageError: The folder that was named has no schemas.
    """
    variable = environment.get(VARIABLE)
    for folder, by in ((named, "--schemas"), (Path(variable) if variable else None, VARIABLE)):
        if folder is not None:
            if not list(folder.glob("v3.*/dcc.xsd")):
                raise UsageError(
                    f"{folder} ({by}) has no DCC schemas: it needs files such as v3.3.0/dcc.xsd."
                )
            return folder
    home = Path.home() / ".calbench" / "dcc"
    return home if list(home.glob("v3.*/dcc.xsd")) else None


def validate(data: bytes, folder: Path, file: str = "dcc.xml") -> str:
    """Validate a certificate against the schema of its version; gives that version.

    Raises:
        InvalidFile: It is not valid; every problem with line and XPath (rule D005).
        UsageError: The folder has no schema of this version.
    """
    root = parse_xml(data, file)
    version: str = root.get("schemaVersion", "")
    path = folder / f"v{version}" / "dcc.xsd"
    known = sorted(each.parent.name[1:] for each in folder.glob("v3.*/dcc.xsd"))
    if version not in known:
        raise UsageError(
            f"{file} is of DCC version {version[:20]!r}; {folder} has schemas of {', '.join(known)}."
        )
    schema = _schema(str(path.resolve()))
    if not schema.validate(root):
        log = list(schema.error_log)
        raise InvalidFile([_problem(file, one) for one in log[:_MOST_PROBLEMS]])
    return version


@lru_cache(maxsize=8)
def _schema(path: str) -> etree.XMLSchema:
    from lxml import etree  # noqa: PLC0415 - only those who read or write certificates need it

    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    return etree.XMLSchema(etree.parse(path, parser))


def _problem(file: str, entry: etree._LogEntry) -> Problem:
    message = f"{entry.message} (at {entry.path or '/'})"
    return Problem(file, max(1, entry.line), 1, "D005", message, "see the schema of this version")
