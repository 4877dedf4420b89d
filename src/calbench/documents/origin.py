"""What a plan was made of: the program, the files, and the standards with their certificates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from calbench.documents.model import Grown, Stored
from calbench.documents.regulating import Work, work_of


class Software(Stored):
    """The program: `id` is a hash over the modules that compute results (WELMEC 7.2, software identification)."""

    name: str
    version: str
    id: str


class Source(Stored):
    """One file that the plan was made of: an authored one, the digital certificate that an asset names, or a picture.

    `id` of a picture is its path as the procedure names it.
    """

    kind: Literal["procedure", "station", "asset", "certificate", "picture", "vocabulary", "formulary"]
    id: str
    version: str = ""
    path: str
    sha256: str


def source_name(source: Source) -> str:
    """Give the name under which a run keeps its copy of a file; that of a picture comes from its content."""
    if source.kind == "picture":
        return f"picture-{source.sha256[:32]}.{source.path.lower().rpartition('.')[2]}"
    return f"{source.kind}-{source.id}.{'xml' if source.kind == 'certificate' else 'yaml'}"


def picture_names(sources: Iterable[Source]) -> dict[str, str]:
    """Give the names of a run's copies of pictures, by their paths as the procedure names them."""
    return {one.id: source_name(one) for one in sources if one.kind == "picture"}


class Standard(Grown):
    """An asset in use: identity, certificate and due date; `certificate` fields are as printed on it.

    `age_days` is the age of its values on the day of use, where a drift counts from it; `traceable_to` the certificate
    that its own rests on. `weights` are its pieces where a role has several sets.
    """

    id: str
    kind: str
    maker: str
    model: str
    serial: str
    accuracy_class: str = ""
    certificate_number: str
    issuer: str
    accreditation: str = ""
    certificate_date: str
    certificate_sha256: str = ""
    due: str
    later: ClassVar[tuple[str, ...]] = (
        "age_days",
        "traceable_to",
        "traceable_to_issuer",
        "traceable_to_sha256",
        "weights",
    )
    age_days: int | None = None
    traceable_to: str = ""
    traceable_to_issuer: str = ""
    traceable_to_sha256: str = ""
    weights: list[str] = []


class ProcedureRef(Grown):
    """The procedure, as the certificate names it; `kind` is empty where it follows from the regulation.

    `words` are translations, by language, of the names of its tables, and of what its parameters may be.
    """

    later: ClassVar[tuple[str, ...]] = ("kind", "words")

    id: str
    version: str
    title: dict[str, str]
    regulation: str = ""
    sources: dict[str, str] = {}
    applies_to: dict[str, list[str]] = {}
    kind: Literal["", "verification", "calibration", "test"] = ""
    words: dict[str, dict[str, str]] = {}

    @property
    def work(self) -> Work:
        """What it does to a unit."""
        return work_of(self.kind, regulated=bool(self.regulation))


class ParameterValue(Stored):
    """One parameter with the value used in this plan."""

    name: str
    value: str
    label: dict[str, str] = {}
