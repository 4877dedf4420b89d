"""A run in a process that ends itself, really and at once, after event number k: `python dying.py CASE FOLDER K`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.sweeps.cases import case_of

from calbench.documents.journal import Event
from calbench.workflow import execute

name, folder, at = sys.argv[1:]


def listen(event: Event) -> None:
    """End the process: no handler, no clean-up, no buffer is flushed."""
    if event.seq == int(at):
        os._exit(9)


execute(case_of(name).prepared(), Path(folder), listeners=(listen,))
