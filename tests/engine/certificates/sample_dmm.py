"""The record of a multimeter with 19 results, as evaluation writes it.

The readings are invented; limits are those of the shipped procedures. U, k and the rounded texts are written
down, not computed here: a certificate must print them as they stand.
"""

from __future__ import annotations

from typing import Any

from tests.engine.certificates.recordparts import (
    attempts,
    line,
    point,
    some_plan,
    some_record,
    standard,
    test_plan,
)

# id, unit, nominal, reference, indication; then unit, error, limit, U; k, verdict
_DCV = [
    ("100mV/0mV", "mV", "0", "0.00000", "0.00041", "µV", "+0.41", "3.5", "0.63", "2.00", "pass"),
    ("100mV/100mV", "mV", "100", "100.00012", "100.00151", "µV", "+1.39", "8.5", "0.95", "1.98", "pass"),
    ("100mV/-100mV", "mV", "-100", "-100.00009", "-100.00102", "µV", "-0.93", "8.5", "0.95", "1.98", "pass"),
    ("1V/0V", "V", "0", "0.0000000", "0.0000004", "µV", "+0.4", "7", "1.0", "2.00", "pass"),
    ("1V/1V", "V", "1", "1.0000012", "1.0000075", "µV", "+6.3", "47", "5.9", "1.98", "pass"),
    ("1V/-1V", "V", "-1", "-1.0000010", "-1.0000071", "µV", "-6.1", "47", "5.9", "1.98", "pass"),
    ("10V/0V", "V", "0", "0.000000", "0.000002", "µV", "+2", "50", "7", "2.00", "pass"),
    ("10V/5V", "V", "5", "5.000004", "5.000035", "µV", "+31", "225", "25", "1.98", "pass"),
    ("10V/10V", "V", "10", "10.000008", "10.000398", "µV", "+390", "400", "45", "1.98", "indeterminate_pass"),
    (
        "10V/-10V",
        "V",
        "-10",
        "-10.000007",
        "-10.000425",
        "µV",
        "-418",
        "400",
        "45",
        "1.98",
        "indeterminate_fail",
    ),
    ("100V/0V", "V", "0", "0.00000", "0.00005", "µV", "+50", "600", "120", "2.00", "pass"),
    ("100V/100V", "V", "100", "100.00010", "100.00070", "mV", "+0.60", "5.1", "0.58", "1.98", "pass"),
    ("100V/-100V", "V", "-100", "-100.00010", "-100.00066", "mV", "-0.56", "5.1", "0.58", "1.98", "pass"),
    ("1000V/0V", "V", "0", "0.0000", "0.0004", "mV", "+0.4", "10", "1.2", "2.00", "pass"),
    (
        "1000V/1000V",
        "V",
        "1000",
        "1000.0012",
        "1000.0622",
        "mV",
        "+61.0",
        "55",
        "7.8",
        "1.98",
        "indeterminate_fail",
    ),
    ("1000V/-500V", "V", "-500", "-500.0005", "-500.1805", "mV", "-180.0", "32.5", "4.1", "1.98", "fail"),
]
_OHM = [
    ("100Ohm/100Ohm", "Ω", "100", "100.00230", "100.00510", "mΩ", "+2.80", "14", "1.10", "2.00", "pass"),
    ("1kOhm/1kOhm", "kΩ", "1", "1.0000121", "1.0000402", "mΩ", "+28.1", "110", "8.1", "2.00", "pass"),
    ("10kOhm/10kOhm", "kΩ", "10", "10.000087", "10.000352", "Ω", "+0.265", "1.1", "0.083", "2.00", "pass"),
]
_EXACT = {"mV": "mV", "V": "V", "Ω": "Ohm", "kΩ": "kOhm", "µV": "uV", "mΩ": "mOhm"}


def _electrical(test: str, row: tuple[str, ...], budget: list[dict[str, Any]]) -> dict[str, Any]:
    name, unit, nominal, reference, indication, error_unit, error, limit, expanded, k, verdict = row
    exact, small = _EXACT[unit], _EXACT[error_unit]
    return {
        "id": f"{test}/{name}",
        "test": test,
        "of": "point",
        "n": 10,
        "reference": f"{reference} {exact}",
        "indication": f"{indication} {exact}",
        "value": f"{error.removeprefix('+')} {small}",
        "judged": f"{error.removeprefix('+')} {small}",
        "lower": f"-{limit} {small}",
        "upper": f"{limit} {small}",
        "stdev": f"0.0000008123 {small}",
        "std_uncertainty": f"2.8712345678901234e-06 {small}",
        "dof": "211.37",
        "k": k,
        "expanded": f"{expanded} {small}",
        "tur": "7.1",
        "guard_band": f"{expanded} {small}",
        "budget": budget,
        "verdict": verdict,
        "shown": {
            "unit": {"en": unit, "zh": unit},
            "error_unit": {"en": error_unit, "zh": error_unit},
            "nominal": nominal,
            "reference": reference,
            "indication": indication,
            "error": error,
            "lower": f"-{limit}",
            "upper": f"+{limit}",
            "expanded": expanded,
            "k": k,
            "std_uncertainty": "2.87",
            "dof": "211",
        },
    }


_RANGES = {
    "100mV": ("100 mV", "0.0050 % rdg + 0.0035 % rng"),
    "1V": ("1 V", "0.0040 % rdg + 0.0007 % rng"),
    "10V": ("10 V", "0.0035 % rdg + 0.0005 % rng"),
    "100V": ("100 V", "0.0045 % rdg + 0.0006 % rng"),
    "1000V": ("1000 V", "0.0045 % rdg + 0.0010 % rng"),
    "100Ohm": ("100 Ohm", "0.010 % rdg + 0.004 % rng"),
    "1kOhm": ("1 kOhm", "0.010 % rdg + 0.001 % rng"),
    "10kOhm": ("10 kOhm", "0.010 % rdg + 0.001 % rng"),
}


def _limited(test: str, name: str) -> dict[str, Any]:
    span, text = _RANGES[name.split("/", maxsplit=1)[0]]
    limit = {"lower": f"-({text})", "upper": text, "text": text, "nominal_lower": None, "nominal_upper": None}
    return point(test, name, range=span, limit=limit)


_TITLES = {
    "dcv": {"en": "DC voltage", "zh": "直流电压"},
    "ohm4w": {"en": "Resistance, four-wire", "zh": "四线电阻"},
    "visual-inspection": {"en": "Visual inspection", "zh": "外观检查"},
}


def dmm_data() -> dict[str, Any]:
    """A multimeter: 16 voltages, 3 resistances, and two findings of an inspection."""
    volts = [
        line(
            "Calibrator",
            "校准器",
            "2.70",
            "88.4",
            distribution="normal",
            source="REF-0017",
        ),
        line(
            "Repeatability",
            "重复性",
            "0.257",
            "0.8",
            kind="A",
            distribution="t",
            dof="9",
        ),
        line("Meter resolution", "分辨力", "0.289", "1.0"),
        line("Thermal EMF", "热电势", "0.289", "9.8"),
    ]
    ohms = [
        line("Resistance standard", "标准电阻", "0.500", "96.8", distribution="normal", source="REF-0017"),
        line(
            "Repeatability",
            "重复性",
            "0.0812",
            "2.6",
            kind="A",
            distribution="t",
            dof="9",
        ),
        line("Meter resolution", "分辨力", "0.0289", "0.6"),
    ]
    shown = {"unit": {"en": "", "zh": ""}}
    looked: list[tuple[str, str]] = [
        ("display-complete", "Display complete"),
        ("feet-and-handle-sound", "Feet and handle sound"),
    ]
    inspections: list[dict[str, Any]] = [
        {
            "id": f"visual-inspection/{name}",
            "test": "visual-inspection",
            "labels": {"item": item},
            "of": "inspection",
            "answer": "in order",
            "verdict": "pass",
            "shown": shown,
        }
        for name, item in looked
    ]
    results = [
        *(_electrical("dcv", row, volts) for row in _DCV),
        *(_electrical("ohm4w", row, ohms) for row in _OHM),
    ]
    results[1]["attempts"] = 2
    names = {
        "dcv": [row[0] for row in _DCV],
        "ohm4w": [row[0] for row in _OHM],
    }
    taken = {result["id"]: attempts("1.0", "V") for result in results}
    taken["dcv/100mV/100mV"] = attempts("0.1", "V", "leads touched by the operator")
    taken["dcv/1V/0V"] = attempts("0", "V", operator_typed=True)
    plan = some_plan(
        procedure={
            "id": "dmm-34401a",
            "version": "1.2.0",
            "title": {"en": "34401A verification", "zh": "34401A 数字多用表检定"},
            "sources": {"limits": "secondary", "points": "secondary"},
        },
        parameters=[
            {"name": "readings", "value": "10", "label": {"en": "Readings per point", "zh": "每点读数次数"}},
            {
                "name": "nplc",
                "value": "100",
                "label": {"en": "Integration time (PLC)", "zh": "积分时间 (PLC)"},
            },
        ],
        bindings=[
            {"role": "uut", "instrument": "1", "driver": "agilent/a34401a", "needs": ["measure.voltage.dc"]},
            {
                "role": "source",
                "instrument": "calibrator",
                "needs": ["source.voltage.dc"],
                "asset": "REF-0017",
            },
            {
                "role": "climate",
                "instrument": "climate",
                "needs": ["environment.temperature"],
                "asset": "ENV-0004",
            },
        ],
        standards=[
            standard("REF-0017", "calibrator", "Fluke", "5730A", certificate_sha256="c0ffee00" * 8),
            standard(
                "ENV-0004",
                "hygrometer",
                "Vaisala",
                "HMT330",
                certificate_number="DEMO-2025-0004",
                accreditation="CNAS L00000",
            ),
        ],
        tests=[
            *(
                test_plan(test, _TITLES[test], [f"{test}/{name}" for name in each])
                for test, each in names.items()
            ),
            test_plan(
                "visual-inspection",
                _TITLES["visual-inspection"],
                [each["id"] for each in inspections],
                kind="inspection",
                procedure="visual-inspection",
                procedure_version="1.0.0",
            ),
        ],
        points=[_limited(test, name) for test, each in names.items() for name in each],
    )
    return some_record(
        plan=plan,
        run={
            "id": "20260105-090000-dmm-34401a-1",
            "status": "COMPLETED",
            "completeness": "full",
            "started": "2026-01-05T08:00:00.000Z",
            "ended": "2026-01-05T10:12:44.120Z",
            "operator": "Zhang Wei 张伟",
            "outputs": "verified_off",
            "retakes": 1,
        },
        uut={
            "maker": "Agilent",
            "model": "34401A",
            "serial": "MY45012345",
            "firmware": "10-5-2",
            "asset": "DMM-0031",
        },
        identified=[
            {
                "role": "uut",
                "instrument": "1",
                "driver": "agilent/a34401a",
                "maker": "HEWLETT-PACKARD",
                "model": "34401A",
                "serial": "0",
                "firmware": "10-5-2",
            },
            {
                "role": "source",
                "instrument": "calibrator",
                "driver": "fluke/f5730a",
                "maker": "FLUKE",
                "model": "5730A",
                "serial": "1730017",
                "firmware": "1.06+1.00",
            },
        ],
        decision={
            "rule": "guarded",
            "version": "1",
            "coverage": "0.95",
            "tur_definition": "T / (2 U95) (Z540.3)",
        },
        attempts=taken,
        results=[*results, *inspections],
        tests=[
            {"id": "dcv", "title": _TITLES["dcv"], "verdict": "fail", "results": 16, "passed": 12},
            {"id": "ohm4w", "title": _TITLES["ohm4w"], "verdict": "pass", "results": 3, "passed": 3},
            {
                "id": "visual-inspection",
                "title": _TITLES["visual-inspection"],
                "verdict": "pass",
                "results": 2,
                "passed": 2,
            },
        ],
        verdict="fail",
    )
