"""What keys do for runs: seal one later, sign a seal again, prove a reading, check such a proof."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.verify import MARKS
from calbench.clock import RealClock
from calbench.documents.journal import Event
from calbench.errors import UsageError
from calbench.trust.keyfiles import key_folder
from calbench.trust.keystates import state_for
from calbench.trust.ring import Ring, passphrase_given
from calbench.trust.stationkeys import moment
from calbench.verification import attesting
from calbench.workflow import seal_later

_run = click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.command("seal")
@_run
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Private key, if it is not in the folder of keys.",
)
def seal(run: Path, key: Path | None) -> None:
    """Seal RUN (a folder) that has no seal, as when the machine died; the seal says that it was later."""
    click.echo(str(seal_later(run, key=key)))


@click.command("countersign")
@click.argument("run", type=click.Path(path_type=Path, exists=True))
@click.option("--key", "name", required=True, help="The key that signs: the station's id, as in keys list.")
def countersign(run: Path, name: str) -> None:
    """Sign the seal of RUN (a folder, or its seal.txt alone) with a second key, once it was verified."""
    ring = Ring(key_folder())
    now = moment(RealClock().utc())
    entry = ring.own(name, now)
    if entry is None:
        raise UsageError(
            f"Nothing was signed: {state_for(ring, name, now).sentence}. See calbench keys list."
        )
    click.echo(str(attesting.countersign(run, ring.signer(entry, passphrase_given()), ring)))


@click.command("prove")
@_run
@click.argument("which", metavar="POINT|LINE")
@click.option("--reading", type=click.IntRange(1), help="Which of the readings of the point, from 1.")
@click.option("--into", type=click.Path(path_type=Path, dir_okay=False), help="The file; default: in RUN.")
def prove(run: Path, which: str, reading: int | None, into: Path | None) -> None:
    """Write the proof that a reading, or any line of the journal, was in RUN when it was sealed: a small file."""
    chosen = attesting.prove_line(run, which, reading)
    path = into or run / f"proof-{chosen.seq}.json"
    path.write_bytes(chosen.data)
    click.echo(str(path))


@click.command("check")
@click.argument("proof", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--seal",
    "sealed",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A seal from elsewhere: the proof must hold the same.",
)
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def check(proof: Path, sealed: Path | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Check PROOF, a file that `prove` wrote, without its run; exit code 4 if anything is bad."""
    event, checks = attesting.check_proof(proof, Ring(key_folder()), sealed)
    if for_machines:
        said = [{"check": one.name, "holds": one.holds, "found": one.found} for one in checks]
        text.dump({"line": None if event is None else event.model_dump(mode="json"), "checks": said})
    else:
        if event is not None:
            click.echo(_line(event))
        for one in checks:
            click.echo(f"{MARKS[one.holds]} {one.name}: {one.found}")
    sys.exit(4 if any(one.holds is False for one in checks) else 0)


def _line(event: Event) -> str:
    where = f", point {event.point}, attempt {event.attempt}" if event.point else ""
    body = ", ".join(f"{name} {value}" for name, value in event.body.items())
    return f"{event.type}{where}, {event.t_utc}: {body}"
