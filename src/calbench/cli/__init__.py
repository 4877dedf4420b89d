"""The command line: one module a verb, loaded only when its verb is used.

Exit codes: 0 completed and everything passed; 1 completed, at least one point failed or is indeterminate; 2 bad
usage or an invalid file, nothing was touched; 3 the run did not complete; 4 integrity failure.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from typing import Any

import click

from calbench import __version__
from calbench.cli.encoding import to_json, write_anyway
from calbench.errors import CalbenchError, InvalidFile, UsageError

VERBS = {
    "demo": "the main job on the simulated bench: a multimeter and a scale, verified end to end",
    "check": "validate procedures, stations, assets and budgets: every problem with file, line and column",
    "diff": "tell what changed between two procedures, or since a run",
    "fmt": "lay out authored files in one way, with every comment kept",
    "plan": "show what a run would do: points, limits, predicted U, TUR and risk, standards, time",
    "run": "run a procedure on a station, evaluate it, and write its record and certificates",
    "runs": "list the runs of a folder by serial number, date, status or failed point, or show one",
    "resume": "go on with a run that did not complete, after every check",
    "pause": "hold a running run after the current point; again: after the current exchange",
    "go-on": "let a run go on that is held",
    "prompts": "list what a running run asks",
    "answer": "answer an open prompt of a running run",
    "finish": "end a running run after the current point",
    "stop": "end a running run at the next exchange",
    "abort": "switch everything off at once: the guard acts beside the runner",
    "clear": "say that the outputs of a run that ended UNSAFE were looked at",
    "leases": "show which instruments are in use, by which run; release what a run left behind",
    "serve": "serve the operator page: start, watch and steer runs in a browser",
    "accounts": "who may use the operator page",
    "replay": "run the drivers of a procedure against recorded traffic, without instruments",
    "evaluate": "compute the record of a run anew from its plan and journal",
    "review": "accept the record of a run, or send it back: by somebody who did not make it",
    "release": "sign the certificates of a record that was reviewed",
    "certify": "write the certificates of a run: PDF, HTML, CSV, XLSX, in English and Chinese",
    "verify": "check a run, a record or a certificate: journal, seal, signatures, and every result anew",
    "keys": "keys of stations and signatories: make, trust and replace them; seal runs, and prove single readings",
    "prove": "run a procedure many times on its simulated bench: is its uncertainty what it claims?",
    "budget": "evaluate the uncertainty budget of a file, by JCGM 100 and by Monte Carlo",
    "sim": "serve simulated instruments to other programs",
    "drivers": "list the drivers, or show one with its commands and how each was verified",
    "procedures": "list the procedures, or show one",
    "stations": "list the stations, or show one",
    "assets": "list the standards, or show one with its certificate",
    "trace": "show the certificates behind the results of a run, up to where the documents end",
    "impact": "show which runs and results used a standard, its certificate or a weight",
    "scan": "look for instruments on one bus, on the serial ports, or at hosts that you name",
    "new": "begin a driver, an asset, a procedure or a repository of procedures from something that works",
    "schema": "print the JSON Schema of an authored file",
}

FOR_MACHINES = "calbench.for_machines"
NOT_COMPLETED = 3


class LazyGroup(click.Group):
    """Knows its verbs by name and loads the module of the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click hands it over
        """Give the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Load a verb; None if there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"calbench.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the table of verbs without loading any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever click gives
        """Turn whatever goes wrong into a message and an exit code of the contract.

        An error that is not one of calbench is a fault of the program: it shows where, and exits with 3.
        """
        for_machines: bool = ctx.meta[FOR_MACHINES]
        write_anyway()
        try:
            return super().invoke(ctx)
        except CalbenchError as error:
            report(error, as_json=for_machines)
            ctx.exit(error.exit_code)
        except click.UsageError as error:
            if not for_machines:
                raise
            report(UsageError(error.format_message()), as_json=True)
            ctx.exit(UsageError.exit_code)
        except (KeyboardInterrupt, click.Abort):
            from calbench.cli.wording import told  # noqa: PLC0415 - few commands end so

            click.echo(f"calbench: {told('interrupted')}", err=True)
            ctx.exit(NOT_COMPLETED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - exit code 1 says "a point failed", which nobody knows
            _fault(error, as_json=for_machines)
            ctx.exit(NOT_COMPLETED)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether a machine reads the output: its errors too are JSON."""
        ctx.meta[FOR_MACHINES] = "--json" in args
        return super().parse_args(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="calbench")
def main() -> None:
    """From a readable calibration procedure to a certificate that anyone can recompute."""


def report(error: CalbenchError, *, as_json: bool) -> None:
    """Write an error for people to the error stream, or for machines to the output."""
    if as_json:
        click.echo(to_json(_plain(error)))
        return
    from calbench.cli.wording import language, told  # noqa: PLC0415 - few commands end so

    if isinstance(error, InvalidFile):
        from calbench.authoring import render  # noqa: PLC0415 - only broken files need it
        from calbench.authoring.source import source_to_show  # noqa: PLC0415 - as above

        sources = [source_to_show(name) for name in dict.fromkeys(problem.file for problem in error.problems)]
        shown = [source for source in sources if source is not None]
        text = render(error.problems, shown, colour=sys.stderr.isatty(), language=language())
        click.echo(text, err=True, nl=False)
        return
    click.echo(f"calbench: {told(str(error))}", err=True)


def _fault(error: Exception, *, as_json: bool) -> None:
    message = f"{type(error).__name__}: {error}"
    if as_json:
        body = {"error": "Fault", "message": message, "exit_code": NOT_COMPLETED}
        click.echo(to_json(body))
        return
    if not isinstance(error, OSError):  # a full disk or a locked file is no fault of the program
        traceback.print_exception(error)
    click.echo(f"calbench: {message}", err=True)


def _plain(error: CalbenchError) -> dict[str, object]:
    body: dict[str, object] = {
        "error": type(error).__name__,
        "message": str(error),
        "exit_code": error.exit_code,
    }
    if isinstance(error, InvalidFile):
        from calbench.authoring import as_json  # noqa: PLC0415 - only broken files need it

        body["problems"] = as_json(error.problems)
    return body
