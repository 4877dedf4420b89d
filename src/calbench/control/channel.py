"""The channel: one line of JSON to a run and one back, over loopback TCP, with a token from the run's folder.

The file `control.json` holds port and token; only its owner may read it. Nothing but 127.0.0.1 is listened on.
It works the same on every system: no signals, no locks of files, no named pipes.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from calbench.control.verbs import Command, Reply
from calbench.errors import CalbenchError, UsageError

FILE = "control.json"
HOST = "127.0.0.1"
MOST = 32_768  # bytes of a command; an answer is a few sentences, in whatever script
MOST_BACK = 4 * 1024 * 1024  # bytes of a reply: the open prompts of many positions
CHUNK = 4096
MOST_AT_ONCE = 8
SPEAK_WITHIN = 5.0
ANSWER_WITHIN = 30.0  # an abort waits for what the guard has found

Handler = Callable[[Command], Reply]


class Channel:
    """Listens for commands as long as a `with` block lasts; each is handed to `handle` in a thread of its own.

    Args:
        folder: The run's folder, where `control.json` is put and taken away again.
        handle: Does what is asked and says what it did; called from several threads.

    Raises:
        OSError: The machine gives no loopback port, or the folder takes no file.
        UsageError: Another process runs this run.
    """

    def __init__(self, folder: Path, handle: Handler) -> None:
        self._file = folder / FILE
        self._handle = handle
        self._token = secrets.token_hex(32)
        self._busy = threading.BoundedSemaphore(MOST_AT_ONCE)

    def __enter__(self) -> Channel:
        if alive(self._file.parent):
            raise UsageError(f"{self._file.parent} is running already: one process at a time.")
        self._file.unlink(missing_ok=True)  # a killed runner left it
        self._listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listening.bind((HOST, 0))
        self._listening.listen(MOST_AT_ONCE)
        port = self._listening.getsockname()[1]
        try:
            _write_private(self._file, json.dumps({"port": port, "token": self._token, "pid": os.getpid()}))
        except FileExistsError:  # another one was quicker
            self._listening.close()
            raise UsageError(f"{self._file.parent} is running already: one process at a time.") from None
        threading.Thread(target=self._serve, name="control", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._file.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            if not self._busy.acquire(blocking=False):
                caller.close()
                continue
            threading.Thread(target=self._one, args=(caller,), daemon=True).start()

    def _one(self, caller: socket.socket) -> None:
        try:
            with caller:
                caller.settimeout(SPEAK_WITHIN)
                answer = self._answer(_line(caller))
                caller.settimeout(SPEAK_WITHIN)
                caller.sendall(answer.model_dump_json().encode() + b"\n")
        except OSError:
            pass  # who asked is gone; what was done is in the journal
        finally:
            self._busy.release()

    def _answer(self, line: bytes) -> Reply:
        try:
            said = json.loads(line)
            token, wanted = str(said.pop("token", "")), said
            known = hmac.compare_digest(token.encode(), self._token.encode())
            command = Command.model_validate(wanted) if known else None
        except (ValueError, AttributeError, TypeError, RecursionError, ValidationError):
            return Reply(accepted=False, state="", text="This is no command of calbench.")
        if command is None:
            return Reply(accepted=False, state="", text="The token is not the one of this run.")
        try:
            return self._handle(command)
        except CalbenchError as error:  # such as a journal that the disk does not take any more
            return Reply(accepted=False, state="", text=str(error))


def tell(folder: Path, command: Command, within: float = ANSWER_WITHIN) -> Reply:
    """Tell a run something, and give what it says; an answer is waited for `within` seconds.

    Raises:
        UsageError: No process runs it (any more), or it does not answer.
    """
    path = folder / FILE
    try:
        known = json.loads(path.read_bytes())
        port, token = int(known["port"]), str(known["token"])
    except FileNotFoundError:
        raise UsageError(f"{folder}: no process is running this run. {_after(folder)}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Is it your run?") from error
    try:
        with socket.create_connection((HOST, port), timeout=SPEAK_WITHIN) as line:
            line.sendall(json.dumps({**command.model_dump(), "token": token}).encode() + b"\n")
            line.settimeout(within)
            return Reply.model_validate_json(_line(line, MOST_BACK))
    except (ConnectionError, ValidationError):
        raise UsageError(f"{folder}: the process that ran this run is gone. {_after(folder)}") from None
    except TimeoutError as error:
        raise UsageError(
            f"{folder}: the process (number {known.get('pid')}) does not answer: it hangs or is stopped. Look at the "
            "instruments; if an output is on, switch it off by hand."
        ) from error


def alive(folder: Path) -> bool:
    """Tell whether a process still runs this run; one that hangs counts as alive."""
    if not (folder / FILE).is_file():
        return False
    try:
        return tell(folder, Command(verb="state")).accepted
    except UsageError as error:
        return isinstance(error.__cause__, TimeoutError)


def _after(folder: Path) -> str:
    return f"calbench resume {folder} goes on with one that did not complete."


def _line(caller: socket.socket, most: int = MOST) -> bytes:
    """Read one line of a bounded length."""
    found = bytearray()
    while not found.endswith(b"\n"):
        more = caller.recv(CHUNK)
        found += more
        if not more or len(found) > most:
            break
    return bytes(found)


def _write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, from its first moment; elsewhere the folder's rights hold."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
