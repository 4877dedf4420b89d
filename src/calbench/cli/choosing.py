"""The options that `plan` and `run` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from calbench.workflow import Options

ALL = "all"
F = TypeVar("F", bound=Callable[..., Any])


def shared(function: F) -> F:
    """Add the options that choose what is planned."""
    for option in (
        click.option("--json", "for_machines", is_flag=True, help="Write the result as JSON."),
        click.option(
            "--only",
            multiple=True,
            metavar="PATTERN",
            help="Only these points, such as 'dcv/10V/*'; partial.",
        ),
        click.option(
            "--position",
            "positions",
            multiple=True,
            metavar="NAME",
            help="Position of the unit under test; give it several times, or 'all', for several units.",
        ),
        click.option(
            "--units",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="File with the work orders of several units, by position.",
        ),
        click.option("--seed", type=int, help="Seed of a simulated run."),
        click.option("--real-time", is_flag=True, help="Simulated run in real instead of virtual time."),
        click.option("--sim", "simulate", is_flag=True, help="Use the station's simulated twin."),
        click.option(
            "--answers",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="File that answers the prompts.",
        ),
        click.option("--operator", default="", help="Name of the operator."),
        click.option(
            "--uut",
            multiple=True,
            metavar="[POSITION:]KEY=VALUE",
            help="Work order: maker, model, serial, customer, …; of one of several units with its position.",
        ),
        click.option(
            "--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the procedure."
        ),
    ):
        function = option(function)
    return function


def options(chosen: dict[str, Any]) -> Options:
    """Make the options of a run from what click hands over.

    Raises:
        InvalidFile: The file with the work orders breaks a rule.
    """
    uut, units = orders(chosen["uut"], chosen["units"])
    positions = chosen["positions"]
    one = positions[0] if len(positions) == 1 and positions != (ALL,) else None
    return Options(
        settings=pairs("--set", chosen["settings"]),
        uut=uut,
        units=units,
        position=one,
        positions=() if one else positions,
        operator=chosen["operator"],
        seed=chosen["seed"],
        simulate=chosen["simulate"],
        real_time=chosen["real_time"],
        only=tuple(chosen["only"]),
        answers=chosen["answers"],
    )


def orders(texts: tuple[str, ...], file: Path | None) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Give what the work orders say of all units, and of each by its position; `--uut` goes before the file."""
    uut: dict[str, str] = {}
    units: dict[str, dict[str, str]] = {}
    if file is not None:
        from calbench.authoring.loading import load_units  # noqa: PLC0415 - loaded where it is used

        model = load_units(file).model
        uut, units = model.all.given(), {position: one.given() for position, one in model.units.items()}
    for name, value in pairs("--uut", texts).items():
        position, colon, key = name.rpartition(":")
        if colon and not (position and key):
            raise click.BadParameter(f"'{name}' is not POSITION:KEY", param_hint="--uut")
        (units.setdefault(position, {}) if colon else uut)[key] = value
    return uut, units


def pairs(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    """Read what is written as NAME=VALUE."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"'{text}' is not NAME=VALUE", param_hint=option)
        found[name.strip()] = value.strip()
    return found


def listed(option: str, words: str, allowed: tuple[str, ...]) -> list[str]:
    """Give the words of an option that takes several, with commas between.

    Raises:
        BadParameter: There is none, or one that is not allowed.
    """
    chosen = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [word for word in chosen if word not in allowed]
    if unknown or not chosen:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'}: choose from {', '.join(allowed)}", param_hint=option
        )
    return chosen
