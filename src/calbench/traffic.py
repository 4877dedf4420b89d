"""The traffic of whole runs: recorded beside a run, and replayed without instruments.

A replay compares and reports. It writes no journal, no record and no certificate: it must not pass for a measurement.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.documents.canonical import canonical
from calbench.errors import CassetteInvalid, UsageError

if TYPE_CHECKING:
    from calbench.clock import Clock
    from calbench.documents.journal import Event
    from calbench.documents.plan import Binding, Plan
    from calbench.documents.prompt import Ask
    from calbench.execution.journalling import Listener
    from calbench.execution.running import Outcome
    from calbench.instruments.cassettes import Operation, Player, Recorder
    from calbench.instruments.opening import LinkSpec
    from calbench.instruments.tape import Tape

JOURNAL = "journal.jsonl"
KEYBOARD = "keyboard"
CARRIERS = ("visa", "socket", "serial", "link")
NOTED = ("applied", "reading", "condition", "answered")
"""Events of a run that a cassette has beside the traffic, and that a replay compares."""


@dataclass(frozen=True)
class Traffic:
    """What is recorded of a run.

    Attributes:
        path: The file; must not exist.
        mask_serials: Replace serial numbers.
        masks: Regular expressions whose matches are replaced.

    Raises:
        UsageError: The file is there already, or its folder is not.
    """

    path: Path
    mask_serials: bool = False
    masks: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.path.exists() or not self.path.parent.is_dir():
            what = "is there already" if self.path.exists() else "is in a folder that does not exist"
            raise UsageError(f"The cassette {self.path} {what}. Give a new file.")


@dataclass
class Taping:
    """How a run is recorded: the addresses to use, who listens, and in the end what was recorded, in a sentence."""

    redirect: Mapping[str, LinkSpec]
    listeners: tuple[Listener, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Replayed:
    """A replay that went as recorded: how the run ended, and how much was compared."""

    outcome: Outcome
    operations: int
    notes: int


@contextlib.contextmanager
def recorded(
    traffic: Traffic | None, plan: Plan, clock: Clock, redirect: Mapping[str, LinkSpec]
) -> Iterator[Taping]:
    """Record the traffic of all instruments of a run; without `traffic`, none.

    A disk that takes no more of it does not disturb the run; `said` then has that.
    """
    if traffic is None:
        yield Taping(redirect)
        return
    from calbench.instruments.cassettes import Recorder  # noqa: PLC0415 - loads pyvisa

    mark = "simulated" if plan.simulated else "instruments"
    recorder = Recorder(
        traffic.path,
        clock=clock,
        mask_serials=traffic.mask_serials,
        masks=traffic.masks,
        backend=f"links of calbench ({mark})",
        about=f"{plan.procedure.id} {plan.procedure.version} on station {plan.station}",
    )
    taping = Taping(_taped(plan, redirect, recorder.track), (lambda event: _note(recorder, event),))
    try:
        yield taping
    finally:
        try:
            recorder.close()
            taping.said = f"Traffic: {recorder.count} operations in {traffic.path}."
        except UsageError as error:
            taping.said = str(error)


def replay(plan: Plan, player: Player) -> Replayed:
    """Run the drivers of a plan against a cassette, and compare traffic, readings, answers and the end of the run.

    Raises:
        CassetteMismatch: They differ; has both sides.
        UsageError: The cassette has no instrument of this plan, or the plan is one of several units.
    """
    if plan.units:
        raise UsageError("A cassette is replayed for a run of one unit: name its position.")
    from calbench.evaluation.nearing import near_limit  # noqa: PLC0415 - loaded where it is used
    from calbench.evaluation.outside import outside  # noqa: PLC0415 - as above
    from calbench.evaluation.recording import failing  # noqa: PLC0415 - as above
    from calbench.execution.running import run  # noqa: PLC0415 - as above

    events: list[Event] = []
    operator = _RecordedOperator(player, plan.operator)
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(
            plan,
            Path(folder) / JOURNAL,
            operator,
            player.clock,
            redirect=_replayed(plan, player),
            failing=lambda test: failing(plan, events, test),
            near=lambda _position, point, attempt: near_limit(plan, events, point, attempt),
            outside=lambda _position, point, attempt: outside(plan, events, point, attempt),
            listeners=(events.append, _Comparing(player)),
        )
    player.finish()
    return Replayed(outcome, player.count, len(player.cassette.notes))


def _taped(plan: Plan, redirect: Mapping[str, LinkSpec], tape: Callable[[str], Tape]) -> dict[str, LinkSpec]:
    from calbench.execution.bench import spec_of  # noqa: PLC0415 - loaded where it is used

    return {
        one.instrument: replace(redirect.get(one.instrument) or spec_of(one), tape=tape(one.instrument))
        for one in _driven(plan)
    }


def _replayed(plan: Plan, player: Player) -> dict[str, LinkSpec]:
    """Give the addresses that the cassette has, with the line settings and timeouts of the station."""
    sessions = player.cassette.sessions
    if not any(one.instrument in sessions for one in _driven(plan)):
        raise UsageError(
            f"{player.cassette.name} has no instrument of this station, only {', '.join(sessions) or 'none'}. "
            f"Give the procedure and the station with which it was recorded."
        )
    found = {}
    for name, spec in _taped(plan, {}, player.track).items():
        if name not in sessions:
            found[name] = spec
            continue
        args = sessions[name].args
        carrier, resource = args.get("carrier"), str(args.get("resource", ""))
        if carrier not in CARRIERS:
            raise CassetteInvalid(
                f"{player.cassette.name}, operation {sessions[name].seq}: a carrier is one of "
                f"{', '.join(CARRIERS)}, not {carrier!r}. Record it anew."
            )
        found[name] = placed(spec, carrier, resource)
    return found


def placed(spec: LinkSpec, carrier: object, resource: str) -> LinkSpec:
    """Give where the cassette has an instrument: on the carrier of its own; Modbus goes over one as it did."""
    if carrier == "link":
        return spec
    if spec.kind == "modbus":
        return replace(spec, address=f"{spec.address.partition('://')[0]}://{resource}")
    return replace(spec, kind=carrier, address=resource)  # type: ignore[arg-type] # one of its kinds


def _driven(plan: Plan) -> list[Binding]:
    return [one for one in plan.all_bindings if one.driver and one.driver != KEYBOARD]


def _said(event: Event) -> tuple[str, str, str] | None:
    """Give what of an event a cassette keeps: its kind, what it is about, and what it says."""
    if event.type == "run_closed":
        return ("run_closed", "", str(event.body["status"]))
    if event.type == "answered":
        return ("answered", str(event.body["id"]), str(event.body["answer"]))
    if event.type in NOTED:
        body = canonical(event.body).decode("utf-8")
        return (event.type, event.point, body)
    return None


def _note(recorder: Recorder, event: Event) -> None:
    said = _said(event)
    if said is not None:
        recorder.note(said[0], about=said[1], says=said[2])


def _kept(note: Operation) -> tuple[str, str, str]:
    kind, about, says = (str(note.args.get(name, "")) for name in ("kind", "about", "says"))
    return (kind, about, says)


class _Comparing:
    """Told of each event of a replay; compares what it says with what was said when the run was recorded."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._kept = iter([_kept(one) for one in player.cassette.notes])

    def __call__(self, event: Event) -> None:
        """Note the first difference; the next thing that a driver does then fails."""
        ours = _said(event)
        if ours is None:
            return
        theirs = next(self._kept, None)
        if ours != theirs:
            reason = f" ({event.body['reason']})" if event.body.get("reason") else ""
            recorded = " ".join(theirs) if theirs else "nothing more"
            self._player.tell(recorded, event.type, " ".join(ours) + reason)


class _RecordedOperator:
    """Answers prompts as the operator of the recorded run did."""

    def __init__(self, player: Player, name: str) -> None:
        self.name = name
        self._player = player
        self._answers = iter([kept for one in player.cassette.notes if (kept := _kept(one))[0] == "answered"])

    def answer(self, ask: Ask) -> str:
        """Give the recorded answer.

        Raises:
            CassetteMismatch: Another prompt was answered here, or none.
        """
        _, about, says = next(self._answers, ("", "", ""))
        if about != ask.id:
            self._player.refuse(
                f"an answer to {about!r}" if about else "no more answers", "prompt", f"{ask.id!r}"
            )
        return says

    def tell(self, text: str) -> None:
        """Refuse: an answer that was allowed is not allowed any more.

        Raises:
            CassetteMismatch: Always.
        """
        self._player.refuse("an answer that was allowed", "prompt", text)
