"""The record of a scale under a regulation, as evaluation writes it.

The readings are invented; limits are those of the shipped procedures. U, k and the rounded texts are written
down, not computed here: a certificate must print them as they stand.
"""

from __future__ import annotations

from typing import Any

from tests.engine.certificates.recordparts import (
    CONDITIONS,
    line,
    point,
    some_plan,
    some_record,
    standard,
    test_plan,
)

# load, indication, error, limit, U; g
_WEIGHING = [
    ("up/0kg", "0", "0.0", "0", "0.0", "5", "3.9"),
    ("up/0.1kg", "100", "100.0", "100", "0.0", "5", "3.9"),
    ("up/2.5kg", "2500", "2500.0", "2500", "0.0", "5", "4.0"),
    ("up/5kg", "5000", "5000.0", "5000", "0.0", "10", "4.1"),
    ("up/10kg", "10000", "10000.1", "10005", "+4.9", "10", "4.6"),
    ("up/15kg", "15000", "15000.0", "15005", "+5.0", "15", "5.2"),
    ("down/10kg", "10000", "10000.1", "10000", "-0.1", "10", "4.6"),
    ("down/5kg", "5000", "5000.0", "5000", "0.0", "10", "4.1"),
    ("down/2.5kg", "2500", "2500.0", "2500", "0.0", "5", "4.0"),
    ("down/0.1kg", "100", "100.0", "100", "0.0", "5", "3.9"),
    ("down/0kg", "0", "0.0", "0", "0.0", "5", "3.9"),
]
_SCALE_TITLES = {
    "repeatability": {"en": "Repeatability", "zh": "重复性"},
    "eccentricity": {"en": "Eccentric loading", "zh": "偏载"},
    "linearity": {"en": "Weighing, increasing and decreasing", "zh": "称量（加载与卸载）"},
}
_GRAM = {"en": "g", "zh": "g"}


def _weighed(row: tuple[str, ...], budget: list[dict[str, Any]]) -> dict[str, Any]:
    name, nominal, reference, indication, error, limit, expanded = row
    return {
        "id": f"linearity/{name}",
        "test": "linearity",
        "labels": {"direction": name.split("/", maxsplit=1)[0]},
        "of": "point",
        "n": 1,
        "reference": f"{reference} g",
        "indication": f"{indication} g",
        "value": f"{error.removeprefix('+')} g",
        "judged": f"{error.removeprefix('+')} g",
        "lower": f"-{limit} g",
        "upper": f"{limit} g",
        "std_uncertainty": "1.9512345678901234 g",
        "dof": "inf",
        "k": "2",
        "expanded": f"{expanded} g",
        "budget": budget,
        "verdict": "pass",
        "shown": {
            "unit": _GRAM,
            "nominal": nominal,
            "reference": reference,
            "indication": indication,
            "error": error,
            "lower": f"-{limit}",
            "upper": f"+{limit}",
            "expanded": expanded,
            "k": "2.00",
            "std_uncertainty": "1.95",
            "dof": "∞",
        },
    }


def scale_data() -> dict[str, Any]:
    """A scale under a regulation: a series judged as a whole, eccentric loads without U, and weighings with U."""
    budget = [
        line("Weights", "砝码", "0.08", "0.2", distribution="normal", source="W-M1-15"),
        line("Rounding at load", "加载示值修约", "1.44", "54.7"),
        line("Rounding at zero", "零点示值修约", "1.44", "54.7"),
    ]
    spots = ["1 centre", "2 front left", "3 back left", "4 back right", "5 front right"]
    eccentric = [
        {
            "id": f"eccentricity/{spot.replace(' ', '-')}",
            "test": "eccentricity",
            "labels": {"spot": spot},
            "of": "point",
            "n": 1,
            "reference": "5000.0 g",
            "indication": f"{5000 + error} g",
            "value": f"{error} g",
            "lower": "-10 g",
            "upper": "10 g",
            "verdict": "pass",
            "shown": {
                "unit": _GRAM,
                "nominal": "5000",
                "indication": f"{5000 + error}",
                "error": f"{error:+d}" if error else "0",
                "lower": "-10",
                "upper": "+10",
            },
        }
        for spot, error in zip(spots, (0, 5, 0, -5, 0), strict=True)
    ]
    series = [
        {
            "id": f"repeatability/{number}",
            "test": "repeatability",
            "of": "point",
            "n": 1,
            "indication": f"{indication} g",
            "verdict": "not_evaluated",
            "shown": {"unit": _GRAM, "nominal": "7500", "indication": f"{indication}"},
        }
        for number, indication in enumerate((7500, 7505, 7500, 7500, 7500), start=1)
    ]
    whole = {
        "id": "repeatability",
        "test": "repeatability",
        "of": "test",
        "value": "5 g",
        "upper": "10 g",
        "verdict": "pass",
        "shown": {"unit": _GRAM, "error": "+5", "upper": "+10"},
    }
    plan = some_plan(
        procedure={
            "id": "scale-class3",
            "version": "1.0.3",
            "title": {"en": "Digital scale verification, class III", "zh": "数字指示秤检定（III 级）"},
            "regulation": "OIML R 76-1:2006",
            "sources": {"limits": "confirmed", "loads": "secondary", "repeats": "unconfirmed"},
        },
        parameters=[
            {
                "name": "max",
                "value": "15 kg",
                "label": {"en": "Maximum capacity (Max)", "zh": "最大秤量 (Max)"},
            },
            {
                "name": "e",
                "value": "5 g",
                "label": {"en": "Verification interval (e)", "zh": "检定分度值 (e)"},
            },
        ],
        bindings=[
            {"role": "uut", "instrument": "2", "driver": "mettler/mtsics", "needs": ["measure.mass"]},
            {"role": "weights", "instrument": "weights", "needs": ["standard.mass"], "asset": "W-M1-15"},
        ],
        standards=[
            standard("W-M1-15", "weights", "Haefner", "M1 set 15 kg", accuracy_class="M1", serial="W-4711")
        ],
        decision={"rule": "simple", "coverage": "0.95"},
        conditions=[{**CONDITIONS[0], "lower": "10 degC", "upper": "30 degC", "drift": "5 delta_degC"}],
        tests=[
            test_plan(
                test,
                title,
                [],
                procedure="scale-class3",
                procedure_version="1.0.3",
                value="max(indication) - min(indication)" if test == "repeatability" else "error",
            )
            for test, title in _SCALE_TITLES.items()
        ],
        points=[
            point("linearity", row[0], quantity="mass", unit="kg", apply_role="", place_role="weights")
            for row in _WEIGHING
        ],
    )
    return some_record(
        plan=plan,
        run={
            "id": "20260105-110000-scale-class3-2",
            "status": "COMPLETED",
            "completeness": "full",
            "started": "2026-01-05T11:00:00.000Z",
            "ended": "2026-01-05T11:48:02.500Z",
            "operator": "Zhang Wei 张伟",
            "outputs": "verified_off",
            "retakes": 0,
        },
        uut={
            "kind": "scale",
            "maker": "Mettler",
            "model": "ICS425",
            "serial": "B123",
            "accuracy_class": "III",
        },
        identified=[],
        decision={"rule": "simple", "version": "1", "coverage": "0.95", "tur_definition": ""},
        results=[*series, whole, *eccentric, *(_weighed(row, budget) for row in _WEIGHING)],
        tests=[
            {"id": name, "title": title, "verdict": "pass", "results": count, "passed": count}
            for (name, title), count in zip(_SCALE_TITLES.items(), (1, 5, 11), strict=True)
        ],
        verdict="pass",
    )
