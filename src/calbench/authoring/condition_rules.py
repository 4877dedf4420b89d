"""Rules for the environment that a procedure asks for."""

from __future__ import annotations

from calbench.authoring.findings import KELVIN, SECOND, Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import shown
from calbench.documents.environment import Condition
from calbench.documents.procedure import Procedure
from calbench.quantities import CELSIUS, NUMBER, Shape


def check_all(findings: Findings[Procedure]) -> None:
    """Check the conditions of the environment."""
    environment = findings.document.model.environment
    for name, value, spread in (("temperature", CELSIUS, KELVIN), ("humidity", NUMBER, NUMBER)):
        condition: Condition | None = getattr(environment, name)
        if condition is not None:
            _condition(findings, ("environment", name), condition, (value, spread))
    suspend, path = environment.suspend, ("environment", "suspend")
    findings.quantity((*path, "at_most"), suspend.at_most, SECOND, "P024", sign="positive")
    findings.quantity((*path, "settle"), suspend.settle, SECOND, "P024", sign="not negative")


def _condition(
    findings: Findings[Procedure], path: Path, one: Condition, shapes: tuple[Shape, Shape]
) -> None:
    value, spread = shapes
    known_to_be = {
        key: findings.quantity((*path, key), getattr(one, key), value, "P024")
        for key in ("nominal", "min", "max")
    }
    for key in ("tolerance", "drift"):
        known_to_be[key] = findings.quantity((*path, key), getattr(one, key), spread, "P024", sign="positive")
    for key in ("check_every", "max_age"):
        findings.quantity((*path, key), getattr(one, key), SECOND, "P024", sign="positive")
    for key, quantity in known_to_be.items():
        if quantity is not None and not quantity.unit.symbol:
            findings.add(
                (*path, key), "P024", f"{shown(getattr(one, key))} has no unit", "write %RH after it"
            )
    low, high = known_to_be["min"], known_to_be["max"]
    if low is not None and high is not None and low >= high:
        findings.add(
            (*path, "min"),
            "P026",
            f"the minimum {one.min} is not below the maximum {one.max}",
            "exchange them",
        )
    if findings.damaged(path):
        return
    for key, other in (("nominal", "tolerance"), ("tolerance", "nominal")):
        if getattr(one, key) is not None and getattr(one, other) is None:
            findings.add(
                (*path, key),
                "P026",
                f"{key} says nothing without {other}",
                f"add {other}:, or write min: and max:",
                part="key",
            )
    if one.nominal is not None and (one.min is not None or one.max is not None):
        key = "min" if one.min is not None else "max"
        findings.add(
            (*path, key),
            "P026",
            f"{key} stands beside nominal and tolerance",
            "say it in one of the two ways",
            part="key",
        )
    if all(getattr(one, key) is None for key in ("nominal", "tolerance", "min", "max", "drift")):
        findings.add(
            path,
            "P026",
            "this condition asks for nothing",
            "add nominal: and tolerance:, or min: and max:",
            part="key",
        )
