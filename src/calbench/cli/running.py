"""Running from the terminal: progress while it runs, a summary and the paths when it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.announcing import announced
from calbench.cli.live import Progress
from calbench.cli.terminal import there_is_a_terminal
from calbench.cli.wording import local, word
from calbench.dcc.schemas import VARIABLE, schema_folder
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.prompt import Operator
from calbench.documents.record import Record, Result
from calbench.errors import UsageError
from calbench.evaluation.gathering import attempts
from calbench.evaluation.results import conclude_one
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.traffic import Traffic
from calbench.trust.ring import PASSPHRASE
from calbench.trust.stationkeys import Signer
from calbench.workflow import Finished, Prepared, Signing, certify, execute, key_state, signer_of
from calbench.workflow.certifying import CERTIFICATES

FORMATS = ("pdf", "html", "csv", "xlsx", "dcc")
SHOWN_FORMATS = ("pdf", "html", "csv", "dcc")
"""What the demo writes: a workbook needs a further package."""


def conduct(
    prepared: Prepared,
    out: Path,
    *,
    quiet: bool,
    operator: Operator | None = None,
    traffic: Traffic | None = None,
    control: Control | None = None,
    signer: Signer | None = None,
    announce: Path | None = None,
) -> Finished:
    """Run a plan with progress on the terminal, and say how it ended; its folder is written into `announce`.

    It is sealed with the key of its station, or with `signer` where that has none.
    """
    plan = prepared.plan
    signer = signer_of(prepared, asked=passphrase) or signer  # opened before anything is touched
    if not quiet:
        mark = f" — {word('simulated')}" if plan.simulated else ""
        procedure = f"{local(plan.procedure.title)} ({plan.procedure.id} {plan.procedure.version})"
        click.echo(f"\n{procedure}, {word('station')} {plan.station}{mark}")
    listeners = watching(plan, quiet=quiet)

    def begun(folder: Path) -> None:
        announced(folder, announce)
        if not quiet and control is not None:
            click.echo(word("folder", folder=str(folder)))

    finished = execute(
        prepared,
        out,
        operator=operator,
        listeners=listeners,
        traffic=traffic,
        control=control,
        signer=signer,
        begun=begun,
    )
    if not quiet:
        say(finished)
    return finished


def watching(plan: Plan, *, quiet: bool, earlier: Sequence[Event] = ()) -> tuple[Listener, ...]:
    """Give what shows the progress of a run; `earlier` are the events of the part before, if it is resumed."""
    events = list(earlier)

    def resulting(name: str) -> Result:
        return conclude_one(plan, attempts(plan, events), name)

    return (events.append,) if quiet else (events.append, Progress(plan, resulting))


def passphrase() -> str:
    """Ask for the passphrase of a key at the terminal.

    Raises:
        UsageError: There is nobody to be asked.
    """
    if not there_is_a_terminal():
        raise UsageError(f"The key has a passphrase, and nobody is here to type it: give it in {PASSPHRASE}.")
    typed: str = click.prompt(word("passphrase"), hide_input=True, err=True)
    return typed


def write_certificates(
    finished: Finished, formats: Sequence[str], signing: Signing | None = None
) -> list[Path]:
    """Write the certificates of a run that completed, signed if somebody signs; gives their paths."""
    if not formats or finished.record.run.status != "COMPLETED":
        return []
    if finished.record.plan.release.required:
        click.echo(
            word("not.released", station=finished.record.plan.station, path=str(finished.folder)), err=True
        )
        formats, signing = [one for one in formats if one not in CERTIFICATES], None
    if not formats:
        return []
    return certify(finished.folder, formats, ("en", "zh"), schemas(formats, None), signing)


def schemas(formats: Sequence[str], named: Path | None) -> Path | None:
    """Give the folder of the schemas for digital certificates; says so on stderr where there is none."""
    if "dcc" not in formats:
        return None
    folder = schema_folder(named)
    if folder is None:
        click.echo(
            "The digital certificate is NOT validated against the schema of the DCC: no folder with the schemas is "
            f"known. Name one with certify --schemas DIR or {VARIABLE}.",
            err=True,
        )
    return folder


def exit_code(record: Record) -> int:
    """Give the exit code of a run: status first, then verdict."""
    if record.run.status != "COMPLETED":
        return 3
    return 0 if record.verdict == "pass" else 1


def summarise(finished: Finished, certificates: Sequence[Path]) -> dict[str, object]:
    """Give the outcome of a run for machines."""
    record = finished.record
    return {
        "run": record.run.id,
        "status": record.run.status,
        "reason": finished.outcome.reason,
        "outputs": record.run.outputs,
        "outputs_in_doubt": record.run.outputs_in_doubt,
        "verdict": record.verdict,
        "tests": {test.id: test.verdict for test in record.tests},
        "folder": str(finished.folder),
        "traffic": finished.traffic,
        "unsealed": finished.unsealed,
        "seal": "" if finished.seal is None else str(finished.seal),
        "certificates": [str(path) for path in certificates],
    }


def show_paths(folder: Path, certificates: Sequence[Path]) -> None:
    """Write where everything lies."""
    for path in (folder / "record.json", *certificates):
        click.echo(f"  {path}")


def say(finished: Finished) -> None:
    """Say how a run ended, in what state the outputs are, and where everything lies."""
    record, reason = finished.record, finished.outcome.reason
    if reason:
        click.echo(f"\n{record.run.status}: {reason}")
    outputs = word(record.run.outputs, names=", ".join(record.run.outputs_in_doubt))
    verdict = text.verdict(record.verdict)
    click.echo("\n" + _summary(record))
    click.echo(word("closing", status=record.run.status, outputs=outputs, verdict=verdict))
    click.echo(f"{word('run')} {record.run.id}: {finished.folder}")
    if finished.traffic:
        click.echo(finished.traffic)
    click.echo(_seal(finished))


def _seal(finished: Finished) -> str:
    station = finished.record.plan.station
    if finished.unsealed:
        return word("unsealed", why=finished.unsealed, path=str(finished.folder))
    if finished.seal is None:
        return _not_sealed(station)
    demonstration = "simulated-demonstration" in finished.seal.read_text(encoding="utf-8")
    return word("sealed.demonstration" if demonstration else "sealed", path=str(finished.seal))


def _not_sealed(station: str) -> str:
    """Say why nothing was sealed: there is no key, or the one that there is does not sign here and now."""
    state = key_state(station)
    if state.kind in ("none", "signs"):  # one that signs now was made while the run went on
        return word("not.sealed", station=station)
    said = word(
        f"key.{state.kind}",
        sentence=state.sentence,
        stem=state.key,
        when=state.when,
        by=state.by,
        station=station,
    )
    return word("not.sealed.why", why=said)


def _summary(record: Record) -> str:
    rows = [
        (local(test.title), f"{test.passed}/{test.results}", text.verdict(test.verdict))
        for test in record.tests
    ]
    return text.table((word("test"), word("passed"), word("verdict")), rows)
