"""`calbench replay`: the drivers of a procedure against recorded traffic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from calbench.cli import text
from calbench.cli.choosing import options, shared
from calbench.workflow import prepare

MODES = ("strict", "per_session", "by_query")


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("procedure")
@click.argument("station")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default=MODES[0],
    help="How traffic is compared: the order of all, of each instrument, or none.",
)
@click.option(
    "--repeat-last", is_flag=True, help="With by_query, the last reply to a message may come again."
)
@shared
def command(file: Path, procedure: str, station: str, mode: str, repeat_last: bool, **chosen: Any) -> None:  # noqa: ANN401, FBT001 - as click hands it over
    """Run the drivers of PROCEDURE on STATION against the cassette FILE, without instruments.

    Says whether they do what was recorded and get the same readings. Writes no record: this is no measurement.
    """
    unfit = [name for name in ("seed", "real_time", "answers") if chosen[name]]
    if unfit:
        raise click.BadParameter("the cassette answers", param_hint=f"--{unfit[0].replace('_', '-')}")
    if repeat_last and mode != "by_query":
        raise click.BadParameter("only with --mode by_query", param_hint="--repeat-last")
    from calbench.instruments.cassettes import Player  # noqa: PLC0415 - loads pyvisa
    from calbench.traffic import replay  # noqa: PLC0415 - as above

    player = Player(file, mode=mode, repeat_last=repeat_last)  # type: ignore[arg-type] # one of MODES
    done = replay(prepare(procedure, station, options(chosen), player.clock).plan, player)
    if chosen["for_machines"]:
        text.dump(
            {
                "replay": "same",
                "evidence": "driver only",
                "cassette": str(file),
                "mode": mode,
                "operations": done.operations,
                "notes": done.notes,
                "status": done.outcome.status,
            }
        )
        return
    click.echo(
        f"Replayed {file} ({mode}): {done.operations} operations, {done.notes} readings, answers and ends as recorded; "
        f"the recorded run ended {done.outcome.status}.\n"
        f"This is evidence about the drivers, not a measurement: no record was written."
    )
