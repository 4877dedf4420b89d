"""What records of any instrument are made of, as evaluation writes them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

HEAD = "9f3c1a7be2d04c5586aa10f4e7b2c3d4915e6f708192a3b4c5d6e7f8091a2b3c"
PLAN = "0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef"

SOFTWARE = {"name": "calbench", "version": "0.1.0", "id": "b7e2" * 16}
LABORATORY = {
    "name": "calbench demonstration laboratory",
    "address": "1 Example Street, 100000 Example",
    "accreditation": "none",
}
CONDITIONS = [
    {
        "quantity": "temperature",
        "role": "climate",
        "lower": "21 degC",
        "upper": "25 degC",
        "on_violation": "suspend",
    },
    {"quantity": "humidity", "role": "climate", "upper": "80 %RH", "on_violation": "warn"},
]
ENVIRONMENT = [
    {
        "quantity": "temperature",
        "unit": "degC",
        "minimum": "22.91",
        "maximum": "23.14",
        "mean": "23.02",
        "samples": 41,
        "violations": 0,
    },
    {
        "quantity": "humidity",
        "unit": "%RH",
        "minimum": "44.1",
        "maximum": "46.0",
        "mean": "45.2",
        "samples": 41,
        "violations": 0,
    },
]


def standard(name: str, kind: str, maker: str, model: str, **more: str) -> dict[str, str]:
    return {
        "id": name,
        "kind": kind,
        "maker": maker,
        "model": model,
        "serial": "1730017",
        "certificate_number": "DEMO-2025-0117",
        "issuer": "calbench demonstration laboratory (invented)",
        "certificate_date": "2025-11-17",
        "due": "2036-11-17",
        **more,
    }


def line(en: str, zh: str, std: str, share: str, **more: str) -> dict[str, Any]:
    """Give a budget line; what is shown is told from what is exact, so that a mix-up is seen."""
    exact = {"sensitivity": "-0.9999999999177334", "contribution": f"-{std}0001", "share": f"{share}0123456"}
    dof = more.pop("dof", "∞")
    return {
        "name": {"en": en, "zh": zh},
        "influence": "asset:REF-0017/" + en.lower(),
        "kind": "B",
        "distribution": "rectangular",
        "std": f"{std}0001",
        **exact,
        "dof": "inf" if dof == "∞" else dof,
        "source": "",
        **more,
        "shown": {"std": std, "sensitivity": "-1", "contribution": f"-{std}", "share": share, "dof": dof},
    }


def raw(value: str, unit: str, **more: Any) -> dict[str, Any]:
    return {"text": value, "value": value, "unit": unit, "t_utc": "2026-01-05T09:00:00.000Z", **more}


def attempts(value: str, unit: str, discarded: str = "", **more: Any) -> list[dict[str, Any]]:
    first = {"number": 1, "complete": True, "counts": not discarded}
    readings = [raw(value, unit, **more)]
    both = [{**first, "readings": readings}]
    return (
        both
        if not discarded
        else [
            *both,
            {"number": 2, "complete": True, "counts": True, "reason": discarded, "readings": readings},
        ]
    )


def point(test: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{test}/{name}",
        "test": test,
        "quantity": "voltage.dc",
        "unit": "V",
        "reference": "applied",
        "apply_role": "source",
        "read_role": "uut",
        **more,
    }


def test_plan(name: str, title: dict[str, str], points: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "kind": "points",
        "procedure": "dmm-34401a",
        "procedure_version": "1.2.0",
        "points": points,
        **more,
    }


def some_plan(**parts: Any) -> dict[str, Any]:
    return {
        "software": SOFTWARE,
        "created": "2026-01-05T08:00:00.000Z",
        "simulated": None,
        "operator": "Zhang Wei 张伟",
        "laboratory": dict(LABORATORY),
        "station": "demo",
        "sources": [],
        "parameters": [],
        "uut": {"position": "1", "given": {}},
        "bindings": [],
        "standards": [],
        "weights": {},
        "conditions": deepcopy(CONDITIONS),
        "connections": [],
        "tests": [],
        "points": [],
        "steps": [],
        "decision": {"rule": "guarded", "coverage": "0.95"},
        "policy": {"on_fail": "continue", "retakes": 1, "comms_retry": 2, "stages": ["as_found"]},
        "safe_order": ["source", "uut"],
        "partial": False,
        "estimate_s": 4000,
        **parts,
    }


def some_record(**parts: Any) -> dict[str, Any]:
    return {
        "software": SOFTWARE,
        "plan_sha256": PLAN,
        "journal": {"lines": 1873, "head": HEAD},
        "environment": deepcopy(ENVIRONMENT),
        "attempts": {},
        **parts,
    }
