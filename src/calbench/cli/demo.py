"""`calbench demo`: a multimeter and a scale verified on the shipped simulated bench."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.running import SHOWN_FORMATS, conduct, exit_code, show_paths, summarise, write_certificates
from calbench.workflow import Finished, Options, demonstration_signer, prepare

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
    done: list[tuple[Finished, list[Path]]] = []
    for procedure, uut in JOBS:
        prepared = prepare(procedure, station, Options(uut=uut, seed=seed))
        key = demonstration_signer(out, prepared.plan.station)
        finished = conduct(prepared, out, quiet=for_machines, signer=key)
        paths = write_certificates(finished, SHOWN_FORMATS)
        done.append((finished, paths))
        if not for_machines:
            show_paths(finished.folder, paths)
        if finished.record.run.status != "COMPLETED":  # stopped by hand, or in need of hands
            break
    if for_machines:
        text.dump([summarise(finished, paths) for finished, paths in done])
    sys.exit(max(exit_code(finished.record) for finished, _ in done))
