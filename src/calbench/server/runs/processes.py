"""Starting a process that outlives the server: the one place where systems differ in this."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def start(arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `python -m calbench` with arguments, its output in a file, free of the server and of its terminal.

    On POSIX it gets a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it. On Windows it
    gets a process group of its own and no console, which does the same there.

    Raises:
        OSError: The machine starts no process, or the log cannot be written.
    """
    command = [sys.executable, "-m", "calbench", *arguments]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own program; every argument is a list item, no shell sees it
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            close_fds=True,
            start_new_session=sys.platform != "win32",
            creationflags=_FLAGS,
        )


if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    _FLAGS = 0
