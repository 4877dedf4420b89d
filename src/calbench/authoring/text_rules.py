"""Rules for what people read and answer: placeholders, pictures, questions."""

from __future__ import annotations

import re
from pathlib import Path as File

from calbench.authoring.findings import Findings
from calbench.authoring.frequency_rules import frequencies
from calbench.authoring.located import Path
from calbench.authoring.question_rules import questions
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.testview import View, views
from calbench.documents.procedure import Procedure, Question

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PICTURES = (".png", ".jpg", ".jpeg", ".svg")


def texts(findings: Findings[Procedure]) -> None:
    """Check the texts, pictures and questions of a procedure."""
    procedure = findings.document.model
    findings.languages("P001")
    for index, step in enumerate(procedure.setup):
        if step.prompt is None:
            continue
        path: Path = ("setup", index, "prompt")
        _filled(findings, (*path, "title"), ["position"])
        _filled(findings, (*path, "text"), ["position"])
        _picture(findings, (*path, "picture"), step.prompt.picture)
        _asked(findings, (*path, "ask"), step.prompt.ask)
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


def _given(view: View) -> list[str]:
    """Give the placeholders of a prompt that planning and the run fill in."""
    test = view.test
    given = [*(test.for_each or {}), "position"]
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
    except (OSError, ValueError):
        there = False
    if not there:
        help_ = "a picture is named by its path from the folder of this file"
        findings.add(path, "P003", f"there is no picture {shown(picture)}", help_)


def _asked(findings: Findings[Procedure], path: Path, asked: list[Question]) -> None:
    for index in range(len(asked)):
        _filled(findings, (*path, index, "question"), [])
    questions(findings, path, asked)
