"""Watching a run: one follower of its journal for all who look at it, however many there are."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from calbench.clock import Clock
from calbench.documents.journal import Event
from calbench.documents.prompt import OpenPrompt
from calbench.errors import CalbenchError
from calbench.server.runs.journalfile import JournalFile, event_of, is_exchange
from calbench.server.runs.judging import Judge, Key
from calbench.server.runs.projection import Projection, ended
from calbench.server.runs.recorded import recorded
from calbench.server.runs.standing import Standing, standing
from calbench.server.runs.viewmodel import Cell
from calbench.workflow import JOURNAL, stored_plan

EVERY = 0.03
"""Seconds between two looks at the journal while somebody watches."""
KEEP = 60.0
"""Seconds for which a run is remembered that nobody watches any more."""
LOOK_EVERY = 2.0
"""Seconds of silence after which the process is looked after."""
AT_ONCE = 8
"""Points that are concluded before the screen is told."""


class Watch:
    """A run that is watched: its projection, kept up with the journal as long as anybody looks.

    Viewers wait for `change`; each asks the projection for what is newer than what it has. A viewer costs one number.
    The projection is changed in the loop's thread alone; files are read, and points concluded, in others.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self._clock = folder, clock
        self.projection = Projection(stored_plan(folder))
        self.journal = JournalFile(folder / JOURNAL)
        self.viewers = 0
        self.lost: Standing | None = None
        """How the run stands when its process is gone, or does not answer; the journal cannot say that."""
        self.broken = ""
        """Why the journal is not read any further; it is not what a runner writes."""
        self._judge = Judge(self.projection.plan)
        self._changed = asyncio.Event()
        self._reading = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        self._concluding: asyncio.Task[None] | None = None
        self._quiet = LOOK_EVERY
        self._settled = 0

    @property
    def prompts(self) -> list[OpenPrompt]:
        """The prompts that somebody can answer: none of a process that is gone."""
        return [] if self.lost is not None else list(self.projection.prompts.values())

    @property
    def idle(self) -> bool:
        """Whether nobody has looked for a while."""
        return self._following is not None and self._following.done()

    async def catch_up(self) -> None:
        """Read all that is there; results come from the record where the run has one, else a little later."""
        first = self.journal.lines == 0
        while await self._read():
            pass
        if first and ended(self.projection.head):
            self._judged(
                await asyncio.to_thread(recorded, self.folder, self.projection.plan, self.journal.lines)
            )
        await self._look()
        self._conclude_later()

    def follow(self) -> None:
        """Keep up with the journal from now on."""
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._follow())

    async def change(self, revision: int, seconds: float) -> bool:
        """Wait until something is newer than this revision; False if nothing was for so long."""
        if self.projection.revision > revision:
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        return self.projection.revision > revision

    async def concluded(self) -> None:
        """Wait until every measured point has its result."""
        while self._concluding is not None and not self._concluding.done():
            await asyncio.wait({self._concluding})

    async def stop(self) -> None:
        """Read no more."""
        for task in (self._following, self._concluding):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _follow(self) -> None:
        unseen = 0.0
        while unseen < KEEP:
            unseen = 0.0 if self.viewers else unseen + EVERY
            read = await self._read()
            self._conclude_later()
            self._quiet = 0.0 if read else self._quiet + EVERY
            if self._quiet >= LOOK_EVERY:
                await self._look()
            await asyncio.sleep(EVERY)

    async def _read(self) -> bool:
        """Read what is new; tell whether there was anything."""
        async with self._reading:
            if self.broken or not self.journal.grown:
                return False
            before = self.journal.lines
            try:
                events = await asyncio.to_thread(_events, self.journal)
                for event in events:
                    self.projection.apply(event)
            except (OSError, ValueError, KeyError) as error:
                self.broken = f"{type(error).__name__}: {str(error).splitlines()[0]}"
                self.projection.revision += 1
            if self.journal.lines == before and not self.broken:  # a line that is not whole yet
                return False
            self.projection.reached(self.journal.lines)
            if self.lost is not None:
                self._stands(None)
        self._announce()
        return True

    async def _look(self) -> None:
        """Look after the process of a run whose journal says nothing more, and has no end."""
        self._quiet = 0.0
        if ended(self.projection.head):
            self._stands(None)
            await self._settle()
            return
        lines = self.journal.lines
        found = await asyncio.to_thread(standing, self.folder, self._clock)
        if await self._read() or self.journal.lines != lines:
            return  # the run has written meanwhile, its last line perhaps: what was found is not so any more
        back = Standing("RECOVERING", "unknown") if self.lost is not None else None
        # until it writes again: what was asked before is not asked now
        self._stands(found if found.lost else back)

    async def _settle(self) -> None:
        """Show what the record says, once there is one: it saw the whole run; we concluded point by point."""
        lines = self.journal.lines
        if self._settled == lines or self.projection.due:
            return
        found = await asyncio.to_thread(recorded, self.folder, self.projection.plan, lines)
        if found and self.journal.lines == lines:
            self._settled = lines
            self.projection.corrected(found)
            self._announce()

    def _stands(self, lost: Standing | None) -> None:
        if lost != self.lost:
            self.lost = lost
            self.projection.revision += 1
            self.projection.head.revision = self.projection.prompts_revision = self.projection.revision
            self._announce()

    def _conclude_later(self) -> None:
        if self.projection.due and (self._concluding is None or self._concluding.done()):
            self._concluding = asyncio.create_task(self._conclude())

    async def _conclude(self) -> None:
        while self.projection.due:
            due = list(self.projection.due.items())[:AT_ONCE]
            events = {key: self._events(key) for key, _ in due}
            cells = await asyncio.to_thread(_cells, self._judge, events)
            for (key, mark), cell in zip(due, cells, strict=True):
                self.projection.judged(key, mark, cell)
            self._announce()

    def _events(self, key: Key) -> list[Event]:
        """Copy what a cell is concluded from, as the projection goes on meanwhile."""
        measured = self.projection.measured[key[0]]
        return [event for name in self._judge.needs(key) for event in measured.get(name, ())]

    def _judged(self, cells: dict[Key, Cell]) -> None:
        for key, cell in cells.items():
            if key in self.projection.due:
                self.projection.judged(key, self.projection.due[key], cell)

    def _announce(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _events(journal: JournalFile) -> list[Event]:
    return [event_of(line) for line in journal.new_lines() if not is_exchange(line)]


def _cells(judge: Judge, events: Mapping[Key, Sequence[Event]]) -> list[Cell | None]:
    return [_cell(judge, key, own) for key, own in events.items()]


def _cell(judge: Judge, key: Key, events: Sequence[Event]) -> Cell | None:
    try:
        return judge.cell(key, events)
    except (CalbenchError, ValueError, ArithmeticError, LookupError):
        return None  # the run itself says what is wrong with it


class Watches:
    """All runs that are watched."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._watches: dict[Path, Watch] = {}
        self._opening = asyncio.Lock()

    async def watch(self, folder: Path) -> Watch:
        """Give the watch of a run, read up to the last line.

        Raises:
            CalbenchError: It has no plan that can be read.
        """
        async with self._opening:
            watch = self._watches.get(folder)
            if watch is None:
                self._forget()
                watch = self._watches[folder] = await asyncio.to_thread(Watch, folder, self._clock)
        await watch.catch_up()
        watch.follow()
        return watch

    async def stop(self) -> None:
        """Stop following all runs."""
        for watch in self._watches.values():
            await watch.stop()

    def _forget(self) -> None:
        """Forget the runs that nobody has watched for a while."""
        for folder, watch in list(self._watches.items()):
            if watch.idle:
                del self._watches[folder]
