"""What goes in and out of the interface for programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from calbench.documents.prompt import OpenPrompt

Text = Annotated[str, StringConstraints(max_length=500)]
Named = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
# pydantic writes the pattern of a key as patternProperties, which allows every other key unless this is said
Fields = Annotated[dict[Named, Text], Field(json_schema_extra={"additionalProperties": False})]


class In(BaseModel):
    """A body that is sent to us: fields that nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class Me(BaseModel):
    """The account that a token acts for."""

    name: str
    roles: list[str]


class Known(BaseModel):
    """A procedure or station that can be named."""

    name: str


class Wish(In):
    """What is to be run; `answering` says who answers prompts: `people`, here or on the page, or `simulated`."""

    procedure: Text
    station: Text
    settings: Fields = Field(default={}, max_length=200)
    uut: Fields = Field(default={}, max_length=50)
    positions: list[Text] = Field(default=[], max_length=200)
    units: dict[Text, Fields] = Field(default={}, max_length=200)
    seed: Annotated[int, Field(ge=0, lt=10**15)] | None = None
    simulate: bool = False
    real_time: bool = False
    answering: Literal["people", "simulated"] = "people"


class Began(BaseModel):
    """The id of a run that began or goes on."""

    id: str


class RunEntry(BaseModel):
    """A run; `state` is one of the journal's, CRASHED, or empty where the journal cannot be read.

    `wrong` says what is damaged or missing.
    """

    id: str
    state: str
    outputs: str
    title: dict[str, str]
    procedure: str
    station: str
    uut: str
    units: int
    operator: str
    created: str
    simulated: bool
    points: int
    verdict: str
    wrong: list[str]


class Runs(BaseModel):
    """Some runs, newest first, and how many there are."""

    runs: list[RunEntry]
    all: int


class CellOut(BaseModel):
    """One point of one unit, `of` a whole test of it, or derived from points.

    `deviation` and `spread` (U) are in parts of the limit. `attempts` are all that were begun, `discarded` those of
    them that do not count.
    """

    of: Literal["point", "test", "derived"]
    position: str
    point: str
    state: str
    verdict: str
    attempts: int
    discarded: int
    error: str
    lower: str
    upper: str
    expanded: str
    unit: dict[str, str]
    deviation: float | None
    spread: float | None


class RunNow(BaseModel):
    """A run as it stands after event `seq`."""

    id: str
    seq: int
    state: str
    why: str
    outputs: str
    in_doubt: list[str]
    doing: str
    elapsed_s: float
    prompts: list[OpenPrompt]
    done: int
    all: int
    failed: int


class Results(BaseModel):
    """The results so far; they are final where the record of the run says so."""

    seq: int
    cells: list[CellOut]


class Events(BaseModel):
    """Events of a journal as they are written; ask again with `since` as `last` for those after them."""

    events: list[dict[str, Any]]
    last: int
    lines: int


class Answered(In):
    """An answer to a prompt; that to a checklist is the ticked items, a line each."""

    answer: Annotated[str, StringConstraints(max_length=2000)]


class Why(In):
    """Why a verb is wanted; it stands in the journal."""

    reason: Text = ""


class Said(BaseModel):
    """What a run did with a verb or an answer."""

    state: str
    text: str


class Resume(In):
    """How a run is resumed; `override` says why, where its files would give another plan now."""

    override: Text = ""
    answering: Literal["people", "simulated"] = "people"


class Clear(In):
    """What was found and done at the outputs."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]
