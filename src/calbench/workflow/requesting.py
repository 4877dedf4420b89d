"""What was asked for when a run began, kept in its folder, so that the same can be asked again when it is resumed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from calbench.documents.canonical import canonical
from calbench.documents.model import Grown
from calbench.workflow.preparing import Options, Prepared
from calbench.workflow.storing import REQUEST, stored


class Request(Grown):
    """The files and options of a run; paths as they were found."""

    later: ClassVar[tuple[str, ...]] = ("positions", "units")

    format: Literal["calbench.request/1"] = "calbench.request/1"
    procedure: str
    station: str
    settings: dict[str, str]
    uut: dict[str, str]
    position: str | None
    operator: str
    seed: int | None
    simulate: bool
    real_time: bool
    only: list[str]
    answers: str | None
    positions: tuple[str, ...] = ()
    units: dict[str, dict[str, str]] | None = None

    def options(self, answers: Path | None) -> Options:
        """Give the options again; other answers may be given now."""
        return Options(
            settings=self.settings,
            uut=self.uut,
            position=self.position,
            operator=self.operator,
            seed=self.seed,
            simulate=self.simulate,
            real_time=self.real_time,
            only=tuple(self.only),
            answers=answers or (Path(self.answers) if self.answers else None),
            positions=self.positions,
            units=self.units or {},
        )


def keep_request(prepared: Prepared, folder: Path) -> None:
    """Write what was asked for into the folder of a run."""
    options, found = prepared.options, prepared.plan.sources
    paths = {
        kind: str(next(prepared.files[one.sha256] for one in found if one.kind == kind).resolve())
        for kind in ("procedure", "station")
    }
    request = Request(
        procedure=paths["procedure"],
        station=paths["station"],
        settings=dict(options.settings),
        uut=dict(options.uut),
        position=options.position,
        operator=options.operator,
        seed=options.seed,
        simulate=options.simulate,
        real_time=options.real_time,
        only=list(options.only),
        answers=str(options.answers.resolve()) if options.answers else None,
        positions=options.positions,
        units={position: dict(given) for position, given in options.units.items()} or None,
    )
    (folder / REQUEST).write_bytes(canonical(request))


def kept_request(folder: Path) -> Request:
    """Read it again.

    Raises:
        IntegrityFailure: It is damaged.
        UsageError: It is not there.
    """
    return stored(Request, folder / REQUEST)
