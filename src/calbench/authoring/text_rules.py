"""Rules for what people read and answer: placeholders, pictures, questions."""

from __future__ import annotations

import re
from pathlib import Path as File

from calbench.authoring.findings import Findings
from calbench.authoring.frequency_rules import frequencies
from calbench.authoring.located import Path
from calbench.authoring.pictures import MOST, picture_problem
from calbench.authoring.question_rules import questions
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.testview import View, views
from calbench.documents.procedure import Procedure, Prompt, Question

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PICTURES = (".png", ".jpg", ".jpeg", ".svg")


def texts(findings: Findings[Procedure]) -> None:
    """Check the texts, pictures and questions of a procedure."""
    procedure = findings.document.model
    findings.languages("P001")
    path: Path
    for where, steps in (("setup", procedure.setup), ("adjust", procedure.adjust)):
        for index, step in enumerate(steps):
            if step.prompt is not None:
                _prompt(findings, (where, index, "prompt"), step.prompt)
    for name, connection in procedure.connections.items():
        path = ("connections", name)
        for key in (
            ("title",),
            ("text",),
            *(("confirm", number) for number in range(len(connection.confirm))),
        ):
            _filled(findings, (*path, *key), ["position"])
        _picture(findings, (*path, "picture"), connection.picture)
    for view in views(procedure):
        _filled(findings, view.path("title"), [])
        _filled(findings, view.path("prompt"), _given(view))
        _picture(findings, view.path("picture"), view.test.picture)
        _asked(findings, view.path("ask"), view.test.ask)


def _prompt(findings: Findings[Procedure], path: Path, prompt: Prompt) -> None:
    _filled(findings, (*path, "title"), ["position"])
    _filled(findings, (*path, "text"), ["position"])
    _picture(findings, (*path, "picture"), prompt.picture)
    _asked(findings, (*path, "ask"), prompt.ask)


def _given(view: View) -> list[str]:
    """Give the placeholders of a prompt that planning and the run fill in."""
    test = view.test
    given = [*(test.for_each or {}), *(test.vary or {}), "position"]
    given += ["nominal", "load"] if view.has_nominal else []
    given += ["weights"] if test.place is not None else []
    given += ["range"] if test.ranges is not None else []
    given += ["frequency"] if frequencies(test) else []
    given += ["direction"] if isinstance(test.points, dict) else []
    given += ["repeat"] if test.times is not None else []
    return given + (["pass"] if test.read is not None and test.place is None else [])


def _filled(findings: Findings[Procedure], path: Path, given: list[str]) -> None:
    for where, text in findings.texts(path):
        for match in _PLACEHOLDER.finditer(text):
            if match[1] not in given:
                help_ = (
                    mend(match[0], [f"{{{one}}}" for one in given])
                    if given
                    else "remove it: nothing is filled in here"
                )
                message = f"nothing fills {shown(match[0])} in this text"
                findings.add(where, "P002", message, help_, offset=match.start(), length=len(match[0]))


def _picture(findings: Findings[Procedure], path: Path, picture: str | None) -> None:
    if picture is None:
        return
    if not picture.lower().endswith(_PICTURES):
        findings.add(path, "P003", f"{shown(picture)} is no picture", "allowed are .png, .jpg and .svg")
        return
    folder = File(findings.document.source.file).parent
    try:
        there = not File(picture).is_absolute() and (folder / picture).is_file()
        data = _beginning(folder / picture) if there else b""
    except (OSError, ValueError):
        there = False
    if not there:
        help_ = "a picture is named by its path from the folder of this file"
        findings.add(path, "P003", f"there is no picture {shown(picture)}", help_)
    elif (problem := picture_problem(data, picture)) is not None:
        help_ = "name a picture whose content is what its name says"
        findings.add(path, "P003", f"{shown(picture)} is no picture: {problem}", help_)


def _beginning(path: File) -> bytes:
    """Read a file, but not much more than a picture may have."""
    with path.open("rb") as file:
        return file.read(MOST + 1)


def _asked(findings: Findings[Procedure], path: Path, asked: list[Question]) -> None:
    for index in range(len(asked)):
        _filled(findings, (*path, index, "question"), [])
    questions(findings, path, asked)
