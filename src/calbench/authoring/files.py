"""Reading a file and those that it names, each once; their problems gather here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from calbench.authoring import (
    asset_rules,
    borrowing,
    budget_rules,
    formula_rules,
    procedure_rules,
    specification_rules,
    station_rules,
    unit_rules,
    use_rules,
)
from calbench.authoring.kinds import KINDS, called, kind_of, left_empty, shortened
from calbench.authoring.remainder import remainder
from calbench.authoring.source import Source, open_source
from calbench.authoring.specifying import specified
from calbench.authoring.suggestions import closest, listed, shown
from calbench.authoring.validation import Document, read_lenient
from calbench.authoring.yamlfile import parse
from calbench.documents.asset import Asset
from calbench.documents.budget import BudgetFile
from calbench.documents.formulas import Formulary
from calbench.documents.loaded import Loaded
from calbench.documents.model import Authored
from calbench.documents.orders import Units
from calbench.documents.procedure import Procedure
from calbench.documents.prompt import Answers
from calbench.documents.specification import Specification
from calbench.documents.station import Station
from calbench.documents.vocabulary import Vocabulary
from calbench.errors import CalbenchError, InvalidFile, Problem

DEEPEST = 20

M = TypeVar("M", bound=Authored)


@dataclass(frozen=True)
class Surroundings:
    """What the rules may look up: authoring touches no driver and imports no stage.

    Attributes:
        drivers: Capabilities that each driver provides, by its name; `keyboard` always exists.
        simulators: Names `vendor/model` of the simulated instruments.
        find_procedure: From the text of `use:` and the file that says it to the file of the sub-procedure.
        find_asset: From the id of an asset and the station file to the file of the asset.
        witnesses: Names of the drivers that see whether anything is at their inputs.
    """

    drivers: Mapping[str, tuple[str, ...]]
    simulators: Set[str]
    find_procedure: Callable[[str, Path], Path | None]
    find_asset: Callable[[str, Path], Path | None]
    witnesses: Set[str] = frozenset()


@dataclass
class Files:
    """Reads every file once, and keeps what is wrong."""

    around: Surroundings | None
    sources: dict[str, Source] = field(default_factory=dict)
    used: dict[str, Document[Procedure] | None] = field(default_factory=dict)
    assets: dict[str, Document[Asset] | None] = field(default_factory=dict)
    vocabularies: dict[str, Document[Vocabulary]] = field(default_factory=dict)
    formularies: dict[str, list[Document[Formulary]]] = field(default_factory=dict)
    _read: dict[tuple[str, type[Authored]], Document[Authored] | None] = field(default_factory=dict)
    _problems: dict[str, dict[Problem, None]] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def any(self, path: Path) -> None:
        """Check a file of any kind."""
        try:
            source = open_source(path)
        except InvalidFile as invalid:
            self._note(os.fspath(path), invalid.problems)
            self.sources.setdefault(os.fspath(path), Source(os.fspath(path), ""))
            return
        kind = kind_of(source)
        if kind in ("procedure", "specification"):
            self.runnable(path)
        elif kind == "station":
            self.station(path)
        elif kind == "asset":
            self.asset(path)
        elif kind == "answers":
            self.read(path, Answers)
        elif kind == "budget":
            self.budget(path)
        elif kind == "units":
            self.units(path)
        elif kind == "vocabulary":
            self.read(path, Vocabulary)
        elif kind == "formulary":
            self.formulary(path)
        else:
            self._unrecognised(source)

    def runnable(self, path: Path) -> Document[Procedure] | None:
        """Read and check what can be run: a procedure, or the specification that completes one."""
        try:
            kind = kind_of(open_source(path))
        except InvalidFile:
            kind = None  # told when it is read
        return self._specified(path) if kind == "specification" else self.procedure(path)

    def _specified(self, path: Path) -> Document[Procedure] | None:
        """Read and check a specification and the procedure that it completes, and the two together."""
        given = self.read(path, Specification)
        if given is None:
            return None
        use = given.model.use
        where = _found(cast("Surroundings", self.around).find_procedure, use, path)
        if where is None:
            self._note(given.source.file, [_no_procedure(given, ("use",), use)])
            return None
        procedure = self.procedure(where)
        if procedure is None or procedure.problems or given.problems:
            return None
        self.used[use] = procedure
        found = specification_rules.problems_of(given, procedure.model)
        self._note(given.source.file, found)
        if found:
            return None
        whole = specified(given, procedure)
        inner = {one.use: self.used.get(one.use) for one in whole.model.tests if one.use is not None}
        models = {name: one.model for name, one in inner.items() if one is not None and not one.problems}
        problems = use_rules.problems_of(whole, models)
        for problem in [*problems, *procedure_rules.problems_of(whole, list(models.values()))]:
            self._note(problem.file, [problem])
        return whole

    def procedure(self, path: Path) -> Document[Procedure] | None:
        """Read and check a procedure and those it uses."""
        document, new = self._once(path, Procedure)
        if document is None or not new:
            return document
        document = self._shared(document, path)
        self._open.append(_same(path))
        found: dict[str, Procedure] = {}
        for index, test in enumerate(document.model.tests):
            if test.use is None or test.test is not None:
                continue
            inner = self._use(document, index, test.use, path)
            if inner is not None and not inner.problems:
                found[test.use] = inner.model
        self._open.pop()
        self._note(document.source.file, use_rules.problems_of(document, found))
        self._note(document.source.file, procedure_rules.problems_of(document, list(found.values())))
        return document

    def _shared(self, document: Document[Procedure], path: Path) -> Document[Procedure]:
        """Give a procedure what it takes from the files that it names: words, and formulas."""
        model, whole = document.model, document
        if model.vocabulary is not None:
            where = self._named(document, ("vocabulary",), "P132", model.vocabulary, path)
            words = None if where is None else self.read(where, Vocabulary)
            if words is not None and not words.problems:
                self.vocabularies[document.source.file] = words
                whole = borrowing.worded(whole, words)
        if model.formulary:
            found = [self._formulas_of(document, index, path) for index in range(len(model.formulary))]
            self.formularies[document.source.file] = [one for one in found if one is not None]
            whole, problems = borrowing.with_formulas(whole, found)
            self._note(document.source.file, problems)
        self._read[(_same(path), Procedure)] = cast("Document[Authored]", whole)
        return whole

    def _formulas_of(
        self, document: Document[Procedure], index: int, path: Path
    ) -> Document[Formulary] | None:
        """Read a formulary that a procedure names; None for one that is not good, or not there."""
        place, name = borrowing.place_of(document, index), document.model.formulary[index]
        where = self._named(document, place, "P155", name, path)
        found = None if where is None else self.formulary(where)
        return None if found is None or self._problems.get(found.source.file) else found

    def _named(
        self, document: Document[Procedure], place: Sequence[str | int], rule: str, name: str, path: Path
    ) -> Path | None:
        """Find a file that a procedure names; noted where there is none."""
        where = _found(cast("Surroundings", self.around).find_procedure, name, path)
        if where is None:
            help_ = "write the path of its file from the project's folder"
            message = f"there is no {place[0]} {shown(name)}"
            self._note(document.source.file, [document.problem(place, rule, message, help_)])
        return where

    def formulary(self, path: Path) -> Document[Formulary] | None:
        """Read and check a formulary."""
        document, new = self._once(path, Formulary)
        if document is not None and new:
            self._note(document.source.file, formula_rules.problems_of(document))
        return document

    def station(self, path: Path) -> Document[Station] | None:
        """Read and check a station and its assets."""
        document, new = self._once(path, Station)
        if document is None or not new:
            return document
        around = cast("Surroundings", self.around)
        found: dict[str, Asset | None] = {}
        for name, instrument in document.model.instruments.items():
            named = [
                (("asset",), instrument.asset),
                *((("also", i), one) for i, one in enumerate(instrument.also)),
            ]
            for keys, asset in named:
                if asset is not None and asset not in found:
                    self._asset_of(document, path, ("instruments", name, *keys), asset, found)
        self._note(
            document.source.file,
            station_rules.problems_of(document, found, around.drivers, around.simulators, around.witnesses),
        )
        return document

    def _asset_of(
        self,
        document: Document[Station],
        path: Path,
        said: tuple[str | int, ...],
        name: str,
        found: dict[str, Asset | None],
    ) -> None:
        """Read an asset that a station names; one without a file is not among those found."""
        where = _found(cast("Surroundings", self.around).find_asset, name, path)
        if where is None:
            message = f"there is no file of the asset {shown(name)}"
            help_ = f"write assets/{name}.yaml beside the station"
            self._note(document.source.file, [document.problem(said, "T006", message, help_)])
            return
        asset = self.asset(where)
        self.assets[name] = asset
        found[name] = None if asset is None or asset.problems else asset.model

    def asset(self, path: Path) -> Document[Asset] | None:
        """Read and check an asset."""
        document, new = self._once(path, Asset)
        if document is None or not new:
            return document
        found = asset_rules.problems_of(document)
        self._note(document.source.file, found)
        if document.model.dcc is None or found:
            return document
        return self._with_certificate(document, path)

    def _with_certificate(self, document: Document[Asset], path: Path) -> Document[Asset]:
        """Put the results of the digital certificate that an asset names into it."""
        from calbench.authoring.dcc_rules import certify  # noqa: PLC0415 - few assets have one

        complete, problems, source = certify(document, path)
        for problem in problems:
            self._note(problem.file, [problem])
        if source is not None:
            self.sources.setdefault(source.file, source)
        self._read[(_same(path), Asset)] = cast("Document[Authored]", complete)
        if not problems:
            self._note(document.source.file, asset_rules.problems_of_history(complete))
        return complete

    def budget(self, path: Path) -> Document[BudgetFile] | None:
        """Read and check a budget file."""
        document, new = self._once(path, BudgetFile)
        if document is not None and new:
            self._note(document.source.file, budget_rules.problems_of(document))
        return document

    def units(self, path: Path) -> Document[Units] | None:
        """Read and check a file of work orders."""
        document, new = self._once(path, Units)
        if document is not None and new:
            self._note(document.source.file, unit_rules.problems_of(document))
        return document

    def read(self, path: Path, model: type[M]) -> Document[M] | None:
        """Read a file; its problems are kept."""
        return self._once(path, model)[0]

    def result(self, document: Document[M] | None) -> Loaded[M]:
        """Give what was read, if there is no problem at all."""
        problems = self.all_problems()
        if problems or document is None:
            raise InvalidFile(problems)
        origin, beside = document.origin, document.source.file
        shared = self.vocabularies.get(beside)
        loaded = Loaded(
            document.model,
            origin.file,
            origin.sha256,
            "" if beside == origin.file else beside,
            None if shared is None else Loaded(shared.model, shared.source.file, shared.source.sha256),
        )
        if isinstance(loaded.model, Procedure) and loaded.model.formulas:
            given = cast("Loaded[Procedure]", loaded)
            return cast("Loaded[M]", borrowing.written_out(given, self.formularies.get(beside, [])))
        return loaded

    def all_problems(self) -> list[Problem]:
        """Give all problems, of each file at most a hundred."""
        return sorted(problem for found in self._problems.values() for problem in shortened(sorted(found)))

    def _once(self, path: Path, model: type[M]) -> tuple[Document[M] | None, bool]:
        key = (_same(path), model)
        if key in self._read:
            return cast("Document[M] | None", self._read[key]), False
        self._read[key] = None
        file = os.fspath(path)
        try:
            source = open_source(path)
        except InvalidFile as invalid:
            self._note(file, invalid.problems)
            self.sources.setdefault(file, Source(file, ""))
            return None, True
        self.sources.setdefault(file, source)
        kind = kind_of(source)
        wanted = next(name for name, one in KINDS.items() if one is model)
        if kind not in (wanted, None):
            message = f"this is the file of {called(kind)}, and that of {called(wanted)} is needed"
            self._note(file, [Problem(file, 1, 1, "F002", message, "name another file")])
            return None, True
        document, problems = read_lenient(source, model)
        self._note(file, problems)
        document = document or remainder(source, model, problems)
        if document is not None:
            self._note(file, left_empty(document))
        self._read[key] = cast("Document[Authored] | None", document)
        return document, True

    def _use(
        self, document: Document[Procedure], index: int, text: str, path: Path
    ) -> Document[Procedure] | None:
        around = cast("Surroundings", self.around)
        place = ("tests", index, "use")
        where = _found(around.find_procedure, text, path)
        file = document.source.file
        if where is None:
            self._note(file, [_no_procedure(document, place, text)])
            return None
        if _same(where) in self._open or len(self._open) >= DEEPEST:
            message = f"{shown(text)} uses this procedure in its turn, without end"
            self._note(file, [document.problem(place, "P028", message, "remove one of the two uses")])
            return None
        inner = self.procedure(where)
        self.used[text] = inner
        return inner

    def _unrecognised(self, source: Source) -> None:
        self.sources.setdefault(source.file, source)
        parsed = parse(source)
        self._note(source.file, parsed.problems)
        if not parsed.problems:
            kinds = listed([f"'{name}:'" for name in KINDS])
            message = "this file does not say what it is"
            key = source.line(1).partition(":")[0].strip()
            meant = closest(key, KINDS) if key.isidentifier() else None
            help_ = f"did you mean '{meant}:'?" if meant else f"begin it with {kinds}"
            self._note(source.file, [Problem(source.file, 1, 1, "F001", message, help_)])

    def _note(self, file: str, problems: Sequence[Problem]) -> None:
        self._problems.setdefault(file, {}).update(dict.fromkeys(problems))


def _no_procedure(document: Document[M], place: Sequence[str | int], text: str) -> Problem:
    help_ = "write the path of its file from the project's folder"
    return document.problem(place, "P027", f"there is no procedure {shown(text)}", help_)


def _same(path: Path) -> str:
    try:
        return os.fspath(path.resolve())
    except (OSError, ValueError, RuntimeError):
        return os.fspath(path)


def _found(find: Callable[[str, Path], Path | None], name: str, by: Path) -> Path | None:
    """Look a file up; a name that no file can have is not found."""
    try:
        where = find(name, by)
        return where if where is not None and where.is_file() else None
    except (CalbenchError, OSError, ValueError):
        return None
