"""Running from the terminal: progress while it runs, a summary and the paths when it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.announcing import announced
from calbench.cli.ending import judges, place_of_record, summary, worst
from calbench.cli.grid import progress
from calbench.cli.terminal import there_is_a_terminal
from calbench.cli.wording import local, word
from calbench.dcc.schemas import VARIABLE, schema_folder
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.prompt import Operator
from calbench.errors import NotKept, UsageError
from calbench.evaluation.recording import whole_run_id
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.traffic import Traffic
from calbench.trust.ring import PASSPHRASE
from calbench.trust.stationkeys import Signer
from calbench.workflow import (
    AT_ONCE,
    Finished,
    Prepared,
    Signing,
    Waiting,
    certify,
    execute,
    key_state,
    signer_of,
)
from calbench.workflow.certifying import CERTIFICATES
from calbench.workflow.following import Following

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
    waiting: Waiting = AT_ONCE,
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
        waiting=waiting,
        begun=begun,
    )
    if not quiet:
        say(finished)
    return finished


def watching(plan: Plan, *, quiet: bool, earlier: Sequence[Event] = ()) -> tuple[Listener, ...]:
    """Give what shows the progress of a run; `earlier` are the events of the part before, if it is resumed."""
    if quiet:
        return ()
    following = Following(plan, earlier)
    return (following, progress(plan, following.result))


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
    """Write the certificates of every unit that completed, signed if somebody signs; gives their paths.

    Where the disk does not take those of a unit that is said, and it has none.
    """
    records = finished.records if formats and not finished.unkept else {}
    done = [
        place_of_record(finished.folder, record)
        for record in records.values()
        if record.run.status == "COMPLETED"
    ]
    plans = [record.plan for record in records.values()]
    if done and plans[0].release.required:
        click.echo(word("not.released", station=plans[0].station, path=str(done[0])), err=True)
        formats, signing = [one for one in formats if one not in CERTIFICATES], None
    found = schemas(formats, None) if done else None
    paths: list[Path] = []
    for one in done:
        try:
            paths += certify(one, formats, ("en", "zh"), found, signing)
        except NotKept as error:
            click.echo(f"calbench: {error}", err=True)
    return paths


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


def show_paths(folder: Path, certificates: Sequence[Path]) -> None:
    """Write where everything lies."""
    for path in (folder / "record.json", *certificates):
        click.echo(f"  {path}")


def say(finished: Finished) -> None:
    """Say how a run ended, in what state the outputs are, and where everything lies."""
    records, outcome = list(finished.records.values()), finished.outcome
    run = records[0].run
    if outcome.reason:
        click.echo(f"\n{outcome.status}: {outcome.reason}")
    outputs = word(run.outputs, names=", ".join(run.outputs_in_doubt))
    judged = any(judges(record) for record in records)
    verdict = text.verdict(worst(records)) if judged else word("nothing.judged")
    click.echo("\n" + summary(records, outcome.reason))
    click.echo(word("closing", status=outcome.status, outputs=outputs, verdict=verdict))
    click.echo(f"{word('run')} {whole_run_id(records[0].plan)}: {finished.folder}")
    if finished.traffic:
        click.echo(finished.traffic)
    if finished.unkept:
        click.echo(word("unkept", why=finished.unkept), err=True)
        return
    click.echo(_seal(finished))


def _seal(finished: Finished) -> str:
    station = next(iter(finished.records.values())).plan.station
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
