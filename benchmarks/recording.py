"""What a run costs beside what it is for: its exchanges, and a line on the disk for each.

A run of the multimeter procedure stands against a bare loop over the same instruments and the same kind of link: it
sends the same messages in the same order, waits for the same replies, and writes one line of the same size for each
exchange, with one fsync each. The lines of the bare loop are made beforehand. Two figures come of it:

- the exchanges: the time that the run spends on them, from a driver's call until its line is on the disk and all
  listeners were told, against the bare loop. The goal is for this one: the same exchanges, one line each.
- the whole run, from its first line to its last, against the same bare loop. That holds all else that a run does:
  the drivers, opening and identifying, prompts, conditions, the evaluation after each test, and the events that are
  no exchanges, each with an fsync of its own.

An instrument that was left alone for a moment answers later than one that is just busy with the message before, and a
processor that was idle wakes up; so the bare loop lets as much time go by between two exchanges as the run did, which
is not counted. Neither waits for anything but replies. What the procedure has to wait for goes by at once, and clearing
a line, which waits until it was quiet for 50 ms, is counted by neither.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from calbench.clock import Clock, RealClock, VirtualClock
from calbench.documents.journal import Event, parse
from calbench.documents.plan import Plan
from calbench.documents.prompt import Ask
from calbench.evaluation.recording import failing
from calbench.execution import bench
from calbench.execution.journalling import Journal
from calbench.execution.running import run
from calbench.execution.tracing import TracedLink
from calbench.instruments import catalog
from calbench.instruments.link import Link
from calbench.instruments.opening import LinkSpec, open_link
from calbench.workflow import Options, Prepared, prepare
from calbench.workflow.staging import stage_twin

ROUNDS = 9
LIMIT = 120  # real seconds after which the server ends by itself
EVENTS = 3000
WANTED = 3000.0  # events per second, where the disk gives half as many again
SPARE = 1.5
LONGEST_GAP = 0.002  # s
UUT = {"maker": "HP", "serial": "US36000017"}
A_MOMENT = 5.0  # simulated seconds that go by at the instruments with each message, so that they settle
SERVER = """
import json, os, sys, threading
from calbench import library
from calbench.simulation.servers import LoopbackServer
from calbench.workflow.staging import stage_of

LIMIT, MOMENT = map(float, sys.argv[1:])
last = threading.Timer(LIMIT, os._exit, [1])
last.daemon = True
last.start()
world = stage_of(library.find("stations", "demo"), skin="unserved").world
plain = world.clock.hold  # asked for by the server once a message

def hurried():
    world.clock.sleep(MOMENT)
    return plain()

world.clock.hold = hurried
with LoopbackServer(world, idle_limit=LIMIT) as server:
    print(json.dumps({name: server.port(name) for name in world.devices}), flush=True)
    sys.stdin.read()
"""
START = datetime.fromisoformat("2026-01-05T08:00:00+00:00")


Spent = list[tuple[str, float]]
"""The seconds of exchanges, each with what it was."""


@dataclass(frozen=True)
class Cost:
    """What all rounds took.

    Attributes:
        runs: Seconds of whole runs.
        within: Their exchanges.
        bare: Those of the bare loop.
        exchanges: How many there are in a run.
        lines: How many lines its journal has.
    """

    runs: list[float]
    within: Spent
    bare: Spent
    exchanges: int
    lines: int

    @property
    def of_exchanges(self) -> tuple[float, float]:
        """Seconds of all exchanges of a run, ours and the bare loop's; each message counts with its median.

        A shared machine disturbs some exchanges of every round; the median of one that is made often tells its cost.
        """
        ours, theirs = _medians(self.within), _medians(self.bare)
        often = Counter(what for what, _ in self.bare)
        rounds = len(self.bare) / self.exchanges
        return (
            sum(ours[what] * count for what, count in often.items()) / rounds,
            sum(theirs[what] * count for what, count in often.items()) / rounds,
        )

    @property
    def whole(self) -> tuple[float, float]:
        """Seconds of the whole run that was disturbed least, and those of the exchanges of the bare loop."""
        return min(self.runs), self.of_exchanges[1]

    def note(self, both: tuple[float, float]) -> str:
        """Say the microseconds for each exchange."""
        mine, theirs = (1e6 * one / self.exchanges for one in both)
        return f"{mine:.0f} us against {theirs:.0f} us an exchange"


def _medians(spent: Spent) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for what, seconds in spent:
        found.setdefault(what, []).append(seconds)
    return {what: statistics.median(one) for what, one in found.items()}


class Timed(TracedLink):
    """The line of a run, with a watch on it: what its exchanges take, and what clearing takes."""

    spent: Spent
    gaps: list[float]
    cleared: float
    ended: float

    @classmethod
    def reset(cls) -> None:
        cls.spent, cls.gaps, cls.cleared, cls.ended = [], [], 0.0, perf_counter()

    def write(self, message: str) -> None:
        with self._watch(message):
            super().write(message)

    def read(self, *, timeout: float | None = None) -> str:
        with self._watch("a reply"):
            return super().read(timeout=timeout)

    def query(self, message: str, *, timeout: float | None = None) -> str:
        with self._watch(f"{message} and its reply"):
            return super().query(message, timeout=timeout)

    def clear(self) -> None:
        begun = perf_counter()
        super().clear()
        Timed.cleared += perf_counter() - begun

    @contextmanager
    def _watch(self, what: str) -> Iterator[None]:
        begun = perf_counter()
        yield
        Timed.gaps.append(begun - Timed.ended)
        Timed.ended = perf_counter()
        Timed.spent.append((f"{self._instrument} {what}", Timed.ended - begun))


class Unwaiting(RealClock):
    """Real time, but what is to be waited for has gone by at once."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._skipped

    def utc(self) -> datetime:
        return super().utc() + timedelta(seconds=self._skipped)

    def sleep(self, seconds: float) -> None:
        self._skipped += max(seconds, 0.0)

    def wait_until(self, reached: Callable[[], bool], deadline: float) -> bool:
        self.sleep(deadline - self.monotonic())
        return reached()


class Willing:
    """A person who says yes to everything."""

    name = "A. Tester"

    def answer(self, ask: Ask) -> str:
        return next((one for one in ("continue", "in order") if one in ask.choices), "yes")

    def tell(self, text: str) -> None:
        raise RuntimeError(text)


@dataclass(frozen=True)
class Place:
    """Where instruments answer, and the clock that a run waits on there."""

    clock: Clock
    redirect: Mapping[str, LinkSpec]


@contextmanager
def in_process(prepared: Prepared) -> Iterator[Place]:
    """Simulated instruments in this process, behind pyvisa, in virtual time."""
    stage = stage_twin(prepared.station.model, prepared.assets, None, real_time=False)
    stage.hands.connect("")
    try:
        yield Place(
            stage.world.clock,
            {
                name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
                for name, one in stage.addresses.items()
            },
        )
    finally:
        stage.world.close()


@contextmanager
def over_sockets(_prepared: Prepared) -> Iterator[Place]:
    """Simulated instruments in a process of their own, behind loopback sockets, and a real clock here.

    The link is the plainest that there is, so that the bare loop is as fast as it can be.
    """
    command = [sys.executable, "-c", SERVER, str(LIMIT), str(A_MOMENT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("The server has no output.")
        try:
            found: dict[str, int] = json.loads(process.stdout.readline())
            yield Place(
                Unwaiting(),
                {name: LinkSpec("socket", f"127.0.0.1:{port}", timeout=5.0) for name, port in found.items()},
            )
        finally:
            process.terminate()


def measure(place: Callable[[Prepared], AbstractContextManager[Place]], folder: Path) -> Cost:
    """Make runs and bare loops in turn; a first round warms up."""
    prepared = prepare("dmm-34401a", "demo", Options(uut=UUT))
    runs: list[float] = []
    within: Spent = []
    bare: Spent = []
    for number in range(ROUNDS + 1):
        if number == 1:  # the first round warmed up
            runs, within, bare = [], [], []
        with place(prepared) as live:
            seconds, lines = _run(prepared.plan, live, folder / f"journal-{number}.jsonl")
        runs.append(seconds)
        within += Timed.spent
        events = parse(b"".join(lines))[0]
        todo = [
            (one, line)
            for one, line in zip(events, lines, strict=True)
            if one.type == "exchange" and "cleared" not in one.body
        ]
        with place(prepared) as live:
            bare += _bare(prepared.plan, live, todo, Timed.gaps, folder / f"bare-{number}")
    return Cost(runs, within, bare, len(bare) // ROUNDS, len(lines))


def _run(plan: Plan, place: Place, path: Path) -> tuple[float, list[bytes]]:
    """Run the plan once; gives its seconds and the lines of the journal."""
    so_far: list[Event] = []
    Timed.reset()
    bench.TracedLink = Timed
    begun = perf_counter()
    outcome = run(
        plan,
        path,
        Willing(),
        place.clock,
        redirect=place.redirect,
        failing=lambda test: failing(plan, so_far, test),
        listeners=(so_far.append,),
    )
    spent = perf_counter() - begun - Timed.cleared
    bench.TracedLink = TracedLink
    if outcome.status != "COMPLETED":
        raise RuntimeError(f"The run ended {outcome.status}: {outcome.reason}")
    return spent, path.read_bytes().splitlines(keepends=True)


def _bare(plan: Plan, place: Place, todo: list[tuple[Event, bytes]], gaps: list[float], path: Path) -> Spent:
    """Make the exchanges of a run, each with its line, and each as long after the one before as in the run."""
    with ExitStack() as opened:
        links: dict[str, Link] = {}
        for binding in plan.bindings:
            if binding.instrument in place.redirect and binding.instrument not in links:
                line_format = catalog.find(binding.driver).LINE
                link = open_link(place.redirect[binding.instrument], line=line_format, clock=place.clock)
                opened.callback(link.close)
                links[binding.instrument] = link
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0))
        opened.callback(os.close, file)
        work = [_exchange(links[str(one.body["instrument"])], one.body) for one, _ in todo]
        spent: Spent = []
        ended = perf_counter()
        for (what, exchange), (_, line), gap in zip(work, todo, gaps, strict=True):
            while (begun := perf_counter()) - ended < min(gap, LONGEST_GAP):
                pass
            exchange()
            os.write(file, line)
            os.fsync(file)
            ended = perf_counter()
            spent.append((what, ended - begun))
        return spent


def _exchange(link: Link, body: Mapping[str, object]) -> tuple[str, Callable[[], object]]:
    """Give what an exchange of a journal was, and what makes it again."""
    name, message = body["instrument"], str(body.get("sent", ""))
    if set(body) == {"instrument", "sent", "received"}:
        return f"{name} {message} and its reply", lambda: link.query(message)
    if set(body) == {"instrument", "sent"}:
        return f"{name} {message}", lambda: link.write(message)
    if set(body) == {"instrument", "received"}:
        return f"{name} a reply", link.read
    raise RuntimeError(f"This exchange is not what is measured here: {body}")


def events_per_second(folder: Path) -> tuple[float, float]:
    """Give the rate of a journal, and of lines of the same size each with an fsync: what the disk gives."""
    ours, disk = [], []
    body = {"instrument": "1", "sent": "READ?", "received": "+9.99994300E+00"}
    for number in range(ROUNDS):
        path = folder / f"events-{number}.jsonl"
        with Journal(path, VirtualClock(START)) as journal:
            begun = perf_counter()
            for _ in range(EVENTS):
                journal.note("exchange", body, point="dcv/10 V/5 V", attempt=1)
            ours.append(EVENTS / (perf_counter() - begun))
        lines = path.read_bytes().splitlines(keepends=True)
        file = os.open(folder / f"lines-{number}", os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))
        begun = perf_counter()
        for line in lines:
            os.write(file, line)
            os.fsync(file)
        disk.append(EVENTS / (perf_counter() - begun))
        os.close(file)
    return statistics.median(ours), statistics.median(disk)


def goal(disk: float) -> float:
    """Give how many events a second are wanted of a disk: what is promised, or what a slow disk allows."""
    return min(WANTED, disk / SPARE)


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder on the disk of this project, where runs are kept; what is often for scratch may be memory."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path(__file__).resolve().parents[1]) as folder:
        yield Path(folder)


if __name__ == "__main__":
    with scratch() as own:
        rate, possible = events_per_second(own)
        print(f"journal: {rate:,.0f} events/s; the disk alone: {possible:,.0f} lines/s")
        for name, where in (("loopback sockets", over_sockets), ("in this process", in_process)):
            (kept := own / name).mkdir()
            found = measure(where, kept)
            print(f"{name}: {found.exchanges} exchanges, {found.lines} lines")
            for what, both in (("exchanges", found.of_exchanges), ("whole run", found.whole)):
                print(f"  {what}: {both[0] / both[1]:.2f} times the bare loop, {found.note(both)}")
