"""`calbench demo`: a multimeter and a scale verified on the shipped simulated bench."""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.ending import exit_code, summarise
from calbench.cli.running import SHOWN_FORMATS, conduct, show_paths, write_certificates
from calbench.cli.signing import said_of
from calbench.clock import RealClock
from calbench.workflow import Finished, Options, Signing, demonstration_signer, prepare

UNSIGNED = 'NOT signed: the packages for signatures are not installed (pip install "calbench[signatures]").'
KEYS, SIGNATORY = "demonstration-keys", "simulated"
JOBS = (
    ("dmm-34401a", {"maker": "HP", "serial": "US36000017", "customer": "Example Ltd."}),
    (
        "scale-class3",
        {"maker": "Example Scales", "model": "ES-15", "serial": "B4711", "customer": "Example Ltd."},
    ),
)


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("runs"), help="Folder for runs."
)
@click.option("--station", default="demo", help="Station to run on: demo or demo-tcp.")
@click.option("--seed", type=int, help="Seed of the simulated bench.")
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(out: Path, station: str, seed: int | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Verify a multimeter and a scale on simulated instruments, and write their certificates."""
    signing = _signing(out)
    done: list[tuple[Finished, list[Path]]] = []
    for procedure, uut in JOBS:
        prepared = prepare(procedure, station, Options(uut=uut, seed=seed))
        key = demonstration_signer(out, prepared.plan.station)
        finished = conduct(prepared, out, quiet=for_machines, signer=key)
        paths = write_certificates(finished, SHOWN_FORMATS, signing)
        done.append((finished, paths))
        if not for_machines:
            show_paths(finished.folder, paths)
            said = said_of(signing, SHOWN_FORMATS) if signing is not None else UNSIGNED
            click.echo(f"  {said}")
            if signing is not None and paths:
                click.echo(f"  To verify: calbench verify {finished.folder} --trust {_certificate(out)}")
        if finished.record.run.status != "COMPLETED":  # stopped by hand, or in need of hands
            break
    if for_machines:
        text.dump([summarise(finished, paths) for finished, paths in done])
    sys.exit(max(exit_code(finished.record) for finished, _ in done))


def _signing(out: Path) -> Signing | None:
    """Sign with a key of the demonstration, made where its runs lie; None if the packages for it are not installed.

    It is no key of the laboratory: it lies in no folder of keys, and nobody trusts it who does not say so.
    """
    if any(find_spec(name) is None for name in ("signxml", "pyhanko")):
        return None
    from calbench.trust.issuing import Holder, new_signatory  # noqa: PLC0415 - loaded where it is used
    from calbench.trust.signatories import load, names, store  # noqa: PLC0415 - as above

    at, folder = RealClock().utc().replace(microsecond=0), out / KEYS
    if SIGNATORY not in names(folder, "signatories"):
        holder = Holder(
            "SIMULATED signatory of the demonstration", "demonstration only, answers for nothing", "calbench"
        )
        store(folder, "signatories", SIGNATORY, new_signatory(holder, at, at + timedelta(days=3650)))
    return Signing(load(folder, "signatories", SIGNATORY), at)


def _certificate(out: Path) -> Path:
    return out / KEYS / "signatories" / SIGNATORY / "certificate.pem"
