"""Prompts answered from other processes: real runs as child processes, real sockets, a real terminal."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.cli.asking import operator_of
from calbench.clock import RealClock
from calbench.control.channel import FILE, tell
from calbench.control.verbs import Command
from calbench.documents.journal import Event, parse
from calbench.documents.prompt import OpenPrompt
from calbench.errors import UsageError
from calbench.workflow import Conducting, Options, prepare
from calbench.workflow.executing import answering

ROOT = Path(__file__).parents[3]
CLOCK = RealClock()
PATIENCE = 60.0
PROCEDURE = """\
procedure: One voltage
id: one-voltage
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
setup:
  - prompt:
      text: Look at the meter.
      ask:
        - {name: safe, question: Is it safe?, answers: {checklist: [Earth, Guard]}}
        - {name: supply, question: Supply, answers: number, unit: V, min: 0 V, max: 300 V, plausible: {min: 207 V}}
        - {name: colour, question: Colour, answers: [grey, black]}
tests:
  - test: dcv
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    ranges:
      - {range: 10 V, points: [5 V], mpe: 1 mV, resolution: 10 uV}
policy: {on_fail: continue}
"""
ANSWERS = {
    "setup/1-prompt": ["yes"],
    "setup/1-prompt/safe": ["Earth\nGuard"],
    "setup/1-prompt/supply": ["110", "110"],
    "setup/1-prompt/colour": ["grey"],
    "connect/leads": ["yes"],
}


class Child:
    """A run in a process of its own, without any input, as a page starts it."""

    def __init__(
        self, folder: Path, command: str | list[str], stdin: int | None = subprocess.DEVNULL
    ) -> None:
        self.out = folder / "runs"
        self.folder = Path()
        self.said = ""
        self.process = subprocess.Popen(
            command,
            shell=isinstance(command, str),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"LANG": "C.UTF-8"},
        )

    def wait(self) -> int:
        self.said = self.process.communicate(timeout=PATIENCE)[0].decode()
        return self.process.returncode

    def reach(self) -> Path:
        """Give the folder of the run, once it can be talked to."""
        end = CLOCK.monotonic() + PATIENCE
        while CLOCK.monotonic() < end:
            found = sorted(self.out.glob(f"*/{FILE}"))
            if found and found[0].stat().st_size:
                self.folder = found[0].parent
                return self.folder
            CLOCK.sleep(0.02)
        raise AssertionError("the run does not begin")

    def prompt(self, after: int = 0) -> OpenPrompt:
        """Give the next open prompt."""
        end = CLOCK.monotonic() + PATIENCE
        while CLOCK.monotonic() < end:
            for one in tell(self.folder, Command(verb="prompts")).prompts:
                if one.seq > after:
                    return one
            CLOCK.sleep(0.02)
        raise AssertionError("nothing is asked")

    def events(self) -> list[Event]:
        return parse((self.folder / "journal.jsonl").read_bytes())[0]

    def answer(self, seq: int, text: str, by: str = "A. Meier") -> tuple[bool, str]:
        reply = tell(self.folder, Command(verb="answer", prompt=seq, answer=text, by=by))
        return reply.accepted, reply.text

    def answer_all(self, after: int = 0) -> list[int]:
        """Answer every prompt that is left; gives their numbers."""
        answers = {name: list(texts) for name, texts in ANSWERS.items()}
        seqs: list[int] = []
        while "connect/leads" not in [name for name, texts in answers.items() if not texts]:
            one = self.prompt(after)
            texts = answers[one.ask.id]
            while not self.answer(one.seq, texts.pop(0))[0]:
                pass
            after = one.seq
            seqs.append(one.seq)
        return seqs


Start = Callable[..., Child]


def run_command(folder: Path, prompts: str, text: str) -> list[str]:
    (folder / "procedure.yaml").write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "calbench",
        "run",
        str(folder / "procedure.yaml"),
        "demo",
        "--format",
        "",
    ]
    return [*command, "--out", str(folder / "runs"), "--prompts", prompts, "--operator", "A. Meier"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Child] = []

    def begin(
        prompts: str = "remote",
        *options: str,
        closed: bool = False,
        stdin: int | None = subprocess.DEVNULL,
        text: str = PROCEDURE,
    ) -> Child:
        command = [*run_command(tmp_path, prompts, text), *options]
        started.append(
            Child(tmp_path, f"{shlex.join(command)} <&-") if closed else Child(tmp_path, command, stdin)
        )
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        if one.process.stdout is not None:
            one.process.stdout.close()


def calbench(*arguments: str) -> tuple[int, str]:
    """Call the command line here: the run that it talks to is another process."""
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.output


def process(*arguments: str) -> tuple[int, str]:
    """Call the command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "calbench", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_run_without_any_input_is_answered_from_outside_to_its_end(start: Start) -> None:
    child = start()
    child.reach()
    seqs = child.answer_all()
    assert child.wait() == 0, child.said
    events = child.events()
    assert [one.seq for one in events if one.type == "asked"] == seqs
    assert [one.body["prompt"] for one in events if one.type == "answered"] == seqs
    assert {one.body["by"] for one in events if one.type == "answered"} == {"A. Meier"}
    (doubt,) = [one for one in events if one.type == "doubted"]
    assert (doubt.body["answer"], events[-1].body["status"]) == ("110", "COMPLETED")


def test_the_command_line_lists_and_answers_and_an_answered_prompt_is_refused(start: Start) -> None:
    child = start()
    run = str(child.reach())
    first = child.prompt()
    code, said = calbench("prompts", run, "--json")
    (told,) = json.loads(said)["prompts"]
    assert (code, told["seq"], told["ask"]["id"]) == (0, first.seq, "setup/1-prompt")
    assert f"{first.seq}  setup/1-prompt" in calbench("prompts", run)[1]
    code, said = calbench("answer", run, str(first.seq), "maybe", "--by", "B. Berg")
    assert (code, "'maybe' is not an answer here" in said) == (3, True)
    assert calbench("answer", run, str(first.seq), "yes", "--by", "B. Berg")[0] == 0
    second = child.prompt(first.seq)
    code, said = calbench("answer", run, str(first.seq), "yes", "--by", "C. Old-Tab", "--json")
    refused = json.loads(said)
    assert (code, refused["accepted"]) == (3, False)
    assert refused["text"].startswith("That prompt was answered at 2026-01-05T08:")
    assert "by B. Berg" in refused["text"]
    assert [one.seq for one in tell(child.folder, Command(verb="prompts")).prompts] == [second.seq]
    code, said = calbench("answer", run, str(second.seq), "Earth")
    assert (code, "Not ticked: Guard." in said) == (3, True)
    assert calbench("answer", run, str(second.seq), "Guard", "Earth")[0] == 0
    assert child.answer(second.seq + 1, "grey", by=" ")[1].startswith("Who answers?")
    assert tell(child.folder, Command(verb="stop", by="B. Berg")).accepted
    assert child.wait() == 3


@pytest.mark.parametrize("many", [3, pytest.param(6, marks=pytest.mark.repeated)])
def test_of_answers_from_many_processes_at_once_exactly_one_counts(start: Start, many: int) -> None:
    child = start()
    run = str(child.reach())
    seq = child.prompt().seq
    with ThreadPoolExecutor(many) as pool:
        asked = [
            pool.submit(process, "answer", run, str(seq), "yes", "--by", f"P{one}") for one in range(many)
        ]
        done = [one.result() for one in asked]
    assert sorted(code for code, _ in done) == [0] + [3] * (many - 1), done
    winner = next(number for number, (code, _) in enumerate(done) if code == 0)
    assert [one.body["by"] for one in child.events() if one.body.get("prompt") == seq] == [f"P{winner}"]
    assert all(f"by P{winner}" in said for code, said in done if code)


@pytest.mark.skipif(sys.platform == "win32", reason="the input is closed by a shell of POSIX")
def test_a_run_with_no_standard_input_at_all_waits_for_the_channel(start: Start) -> None:
    child = start(closed=True)
    child.reach()
    assert child.prompt().ask.id == "setup/1-prompt"
    assert tell(child.folder, Command(verb="abort", by="B. Berg")).accepted
    assert child.wait() == 3
    with pytest.raises(UsageError, match="no process"):
        tell(child.folder, Command(verb="prompts"))


def test_who_looks_on_sees_that_a_prompt_has_waited_and_that_the_outputs_are_off(start: Start) -> None:
    patient = "{remind_after: 100 ms, escalate_after: 200 ms, escalate_to: head, safe_after: 300 ms}"
    text = PROCEDURE.replace(
        "policy: {on_fail: continue}", f"policy: {{on_fail: continue, prompts: {patient}}}"
    )
    child = start("remote", "--real-time", text=text)
    child.reach()
    seq = child.prompt().seq
    end = CLOCK.monotonic() + PATIENCE
    while not any(one.type == "state" and "outputs" in one.body for one in child.events()):
        assert CLOCK.monotonic() < end
        CLOCK.sleep(0.02)
    (one,) = tell(child.folder, Command(verb="prompts")).prompts
    assert (one.seq, one.reminded, one.escalated_to) == (seq, True, "head")
    assert tell(child.folder, Command(verb="state")).state == "WAITING"
    assert child.answer(seq, "yes")[0]
    assert child.prompt(seq).ask.id == "setup/1-prompt/safe"
    assert tell(child.folder, Command(verb="stop", by="B. Berg")).accepted
    assert child.wait() == 3
    assert "head is needed" in child.said


@pytest.mark.parametrize(
    ("named", "asked", "who"), [("", "A. Meier", "A. Meier"), ("B. Berg", "A. Meier", "B. Berg")]
)
def test_a_run_that_others_answer_is_operated_by_whoever_is_named(named: str, asked: str, who: str) -> None:
    prepared = prepare("dmm-34401a", "demo", Options(operator=asked))
    remote = operator_of("remote", simulated=True, answers=None, name=named)
    assert (
        answering(prepared, Conducting(operator=remote)) == who
    )  # in leases, and in `by` of a run that goes on


def test_answers_for_a_run_that_takes_none_from_elsewhere_are_refused(tmp_path: Path) -> None:
    from calbench.execution.journalling import MemoryJournal
    from calbench.execution.prompts.open import OpenPrompts
    from calbench.execution.prompts.remote import handle_prompts

    prompts = OpenPrompts(MemoryJournal(CLOCK))
    reply = handle_prompts(prompts, Command(verb="answer", prompt=1, answer="yes", by="A"), "WAITING")
    assert (reply.accepted, "--prompts remote" in reply.text) == (False, True)


@pytest.mark.parametrize(
    "options",
    [["--prompts", "terminal"], pytest.param(["--prompts", "both"], marks=pytest.mark.repeated)],
)
def test_a_terminal_that_is_not_there_is_told(tmp_path: Path, options: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "calbench", "run", "dmm-34401a", "demo", "--out", str(tmp_path), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, "needs a terminal" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    sys.platform == "win32", reason="pseudo-terminals are of POSIX; the reading of lines is tested apart"
)
def test_the_terminal_is_told_who_answered_and_the_line_begun_there_is_not_taken(start: Start) -> None:
    import pty

    far, near = pty.openpty()
    child = start("both", stdin=near)
    shown = Shown(child)
    child.reach()
    first = child.prompt()
    shown.wait("Done? [y/n]: ")
    os.write(far, b"n")  # a line is begun here, while somebody else answers
    assert child.answer(first.seq, "yes", by="B. Berg")[0]
    shown.wait("by B. Berg: it is not open any more.")
    second = child.prompt(first.seq)
    shown.wait("is not taken. Press Enter")
    os.write(far, b"all\n")  # the end of the line that was begun for the first
    shown.wait("Numbers of what is done, such as 1 2, or all: ")
    assert [one.seq for one in tell(child.folder, Command(verb="prompts")).prompts] == [second.seq]
    os.write(far, b"1 2\n")
    third = child.prompt(second.seq)
    answered = [one.body for one in child.events() if one.type == "answered"]
    assert [(one["prompt"], one["answer"], one["by"]) for one in answered] == [
        (first.seq, "yes", "B. Berg"),
        (second.seq, "Earth\nGuard", "A. Meier"),
    ]
    shown.wait("Answer (V): ")
    os.write(far, b"500\n")
    shown.wait("nothing else is allowed here")
    assert tell(child.folder, Command(verb="stop", by="B. Berg")).accepted
    assert child.process.wait(PATIENCE) == 3
    assert [one.body["prompt"] for one in child.events() if one.type == "withdrawn"] == [third.seq]
    os.close(far)
    os.close(near)


class Shown:
    """What a child writes, read as it comes."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._text = ""
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stream = self._child.process.stdout
        assert stream is not None
        while data := os.read(stream.fileno(), 4096):
            with self._changed:
                self._text += data.decode(errors="replace")
                self._changed.notify_all()

    def wait(self, text: str) -> None:
        """Wait until something is shown, and forget all up to it."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self._text, PATIENCE), self._text
            self._text = self._text.partition(text)[2]
