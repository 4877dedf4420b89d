"""The workbook of a record: read back by openpyxl, and as XML by a reader of its own (ECMA-376, part 1, 18.3)."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from tests.repeated import cases

from calbench.certificates import write
from calbench.certificates.csv import HEAD, table
from calbench.certificates.sheetwords import SHEET_WORDS
from calbench.certificates.workbook import MOST_CHARACTERS, workbook
from calbench.documents.canonical import canonical, sha256
from calbench.documents.record import Record

ROOT = Path(__file__).parents[3]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HASH = "ab" * 32
EN = ["Results", "Values", "Budgets", "Readings", "Standards", "Integrity"]
ZH = ["测量结果", "未修约值", "不确定度", "读数", "标准器", "完整性"]


def made(data: dict[str, Any], language: Any = "en") -> bytes:
    return workbook(Record.model_validate(data), HASH, language)


def opened(data: dict[str, Any], language: Any = "en") -> Any:
    return openpyxl.load_workbook(io.BytesIO(made(data, language)))


def raw(book: bytes) -> dict[str, list[dict[str, tuple[str, str]]]]:
    """Give by sheet the rows, each with type and text of its cells by column letter, straight from the XML."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        names = [
            one.get("name") for one in etree.fromstring(parts.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        for place, name in enumerate(names, start=1):
            sheet = etree.fromstring(parts.read(f"xl/worksheets/sheet{place}.xml"))
            assert not list(sheet.iter(f"{MAIN}f"))  # no formula anywhere
            found[name or ""] = [_row(row) for row in sheet.iter(f"{MAIN}row")]
    return found


def _row(row: Any) -> dict[str, tuple[str, str]]:
    cells = {}
    for cell in row:
        text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t", f"{MAIN}v"))
        cells[re.sub(r"\d", "", cell.get("r"))] = (cell.get("t", "n"), text)
    return cells


def records(book: Any, name: str) -> list[dict[str, Any]]:
    head, *rows = book[name].iter_rows(values_only=True)
    assert len(set(head)) == len(head)
    return [dict(zip(head, row, strict=True)) for row in rows]


def displayed(cell: Any) -> str:
    """Write a number as its format shows it: fixed decimals, a sign if the format has one."""
    form = cell.number_format.split(";")[0]
    if "E" in form:
        return f"{cell.value:.{len(form.split('E')[0].partition('.')[2])}e}"
    return f"{cell.value:{'+' if form.startswith('+') else ''}.{len(form.partition('.')[2])}f}"


@pytest.mark.parametrize(("language", "names"), [("en", EN), ("zh", ZH)])
def test_it_has_its_sheets_with_frozen_heads_filters_and_widths(dmm_data, language, names):
    book = opened(dmm_data, language)
    assert book.sheetnames == names
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(6 <= one.width <= 48 for one in sheet.column_dimensions.values())
    assert book[names[0]].column_dimensions["A"].width < book[names[0]].column_dimensions["C"].width


def test_results_show_the_numbers_that_the_certificate_prints(dmm_data):
    page = opened(dmm_data)["Results"]
    columns = {cell.value: cell.column for cell in page[1]}
    shown = {
        "Nominal": "nominal", "Reference": "reference", "Indication": "indication", "Error": "error",
        "Lower limit": "lower", "Upper limit": "upper", "U": "expanded", "k": "k", "u": "std_uncertainty", "DoF": "dof",
    }  # fmt: skip
    seen = 0
    for place, result in enumerate(dmm_data["results"], start=2):
        for title, key in shown.items():
            printed = result["shown"].get(key, "")
            cell = page.cell(place, columns[title])
            if not printed:
                assert cell.value is None
                continue
            assert cell.data_type == "n"
            assert displayed(cell) == printed
            seen += 1
    assert seen > 150


def test_values_agree_with_the_table_for_spreadsheets_to_every_digit(dmm_data):
    rows = list(
        csv.DictReader(io.StringIO(table(Record.model_validate(dmm_data)).decode("utf-8-sig"), newline=""))
    )
    found = records(opened(dmm_data), "Values")
    named = {"std_uncertainty": "u", "expanded": "U", "stdev": "s", "k": "k", "dof": "DoF", "tur": "TUR"}
    seen = 0
    for row, ours in zip(rows, found, strict=True):
        assert ours["Id"] == row["point"]
        assert (ours["Unit"] or "", ours["Unit of the result"] or "") == (row["unit"], row["result_unit"])
        for key in ("reference", "indication", "value", "judged", "lower", "upper", "guard_band", *named):
            title = named.get(key) or SHEET_WORDS.get(key, {}).get("en") or key.capitalize()
            exact, number = ours[f"{title}, exact"], ours[title]
            assert (exact or "") == row[key]
            if row[key]:
                assert number == float(row[key])
                seen += 1
    assert seen > 150
    assert set(HEAD) >= set(named)


def test_cells_are_numbers_or_texts_in_the_file_itself(dmm_data):
    dmm_data["results"][0]["expanded"] = "0.63123456789012345678 uV"
    found = raw(made(dmm_data))
    first = found["Results"][1]
    assert first["A"] == ("n", "1")
    assert first["H"] == ("n", "0.00041")
    values, head = found["Values"][1], found["Values"][0]
    where = {text: letter for letter, (_, text) in head.items()}
    assert values[where["U"]] == ("n", repr(float("0.63123456789012345678")))  # the nearest double
    assert values[where["U, exact"]] == ("inlineStr", "0.63123456789012345678")


def test_a_number_that_a_double_would_cut_stands_as_text_where_nothing_else_has_its_digits(dmm_data):
    dmm_data["results"][0]["shown"]["indication"] = "0.1234567890123456"
    dmm_data["results"][1]["shown"]["indication"] = "0.123456789012345"
    found = raw(made(dmm_data))["Results"]
    assert found[1]["H"] == ("inlineStr", "0.1234567890123456")
    assert found[2]["H"] == ("n", "0.123456789012345")


@pytest.mark.parametrize(
    "text",
    cases(
        ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "{=1}"],
        lambda text: text in ("=1+1", "@SUM(A1)", "\t=1"),
    ),
)
def test_no_text_becomes_a_formula(dmm_data, text):
    # OWASP, CSV injection. In a workbook a formula is an element of its own; a type that says text holds no formula.
    last = dmm_data["results"][-1]
    last["answer"] = last["remark"] = text
    last["labels"] = {text: text}
    next(iter(dmm_data["attempts"].values()))[0]["readings"][0]["text"] = text
    dmm_data["uut"]["serial"] = text
    found = raw(made(dmm_data))
    shown = " ".join(text.split())
    assert found["Results"][len(dmm_data["results"])]["T"] == ("inlineStr", shown)
    for sheet in ("Results", "Readings", "Integrity"):
        kinds = {kind for row in found[sheet] for kind, content in row.values() if content == shown}
        assert kinds == {"inlineStr"}, sheet
    page = opened(dmm_data)["Results"]
    cell = page.cell(len(dmm_data["results"]) + 1, 20)
    assert (cell.value, cell.data_type) == (shown, "s")
    # In the program of a user, the cell stays text when it is edited.
    assert cell.quotePrefix is (shown[0] in "=+-@")


def test_what_cannot_be_seen_or_looks_like_an_escape_comes_back_as_it_is_written(dmm_data):
    last = dmm_data["results"][-1]
    last["answer"], last["remark"] = "a\x00b\u202ec", "_x0041_ 完好, <b>&amp;"
    row = raw(made(dmm_data))["Results"][-1]
    # ST_Xstring (ECMA-376, part 1, 22.9.2.19): _x0041_ would be read as A, so its underscore is written as _x005F_
    assert (row["T"][1], row["U"][1]) == ("a[U+0000]b[U+202E]c", "_x005F_x0041_ 完好, <b>&amp;")


def test_a_text_that_no_cell_holds_says_that_it_was_cut(dmm_data):
    next(iter(dmm_data["attempts"].values()))[0]["readings"][0]["text"] = "1," * 20_000
    (cell,) = (row["Reply as received"] for row in records(opened(dmm_data), "Readings")[:1])
    assert len(cell) <= MOST_CHARACTERS
    assert cell.endswith("… [40000 characters; a cell holds 32767; the whole text is in the journal]")


def test_readings_budgets_standards_and_hashes_are_all_there(dmm_data):
    book = opened(dmm_data)
    readings = [
        one for several in dmm_data["attempts"].values() for each in several for one in each["readings"]
    ]
    assert [row["Reply as received"] for row in records(book, "Readings") if row["What"] == "reading"] == [
        one["text"] for one in readings
    ]
    lines = [line for result in dmm_data["results"] for line in result.get("budget", [])]
    budgets = records(book, "Budgets")
    assert [row["Influence"] for row in budgets] == [line["influence"] for line in lines]
    assert [row["Std. uncertainty, exact, coherent SI unit"] for row in budgets] == [
        line["std"] for line in lines
    ]
    assert all(
        Decimal(str(row["Share / %"])) == Decimal(line["shown"]["share"])
        for row, line in zip(budgets, lines, strict=True)
    )
    standards = records(book, "Standards")
    assert [row["Certificate"] for row in standards] == [
        one["certificate_number"] for one in dmm_data["plan"]["standards"]
    ]
    facts = {row["Item"]: row["Content"] for row in records(book, "Integrity") if row["Item"] != "Notice"}
    assert facts["Record (SHA-256)"] == HASH
    assert facts["Plan (SHA-256)"] == dmm_data["plan_sha256"]
    assert facts["Journal head"] == dmm_data["journal"]["head"]
    assert facts["Certificate number"] == dmm_data["run"]["id"]


def test_verdicts_are_words_with_colours_in_both_languages(dmm_data):
    for language, column, words in (("en", "Verdict", "pass"), ("zh", "判定", "合格")):
        book = opened(dmm_data, language)
        page = book.worksheets[0]
        at = next(cell.column for cell in page[1] if cell.value == column)
        cells = [page.cell(place, at) for place in range(2, page.max_row + 1)]
        assert cells[0].value == words
        colours = {cell.value: cell.fill.fgColor.rgb for cell in cells}
        assert len(set(colours.values())) == len(colours)


def test_every_word_of_the_workbook_is_there_in_every_language():
    for key, texts in SHEET_WORDS.items():
        assert set(texts) == {"en", "zh"}, key
        assert all(texts.values())
        assert re.findall(r"{\w+}", texts["en"]) == re.findall(r"{\w+}", texts["zh"]), key


def test_simulated_stands_on_every_page_and_in_every_row(dmm_data):
    assert {row["Simulated"] for row in records(opened(dmm_data), "Results")} == {"no"}
    dmm_data["plan"]["simulated"] = {"seed": 1, "clock": "virtual"}
    book = opened(dmm_data)
    assert {row["Simulated"] for row in records(book, "Results")} == {"yes"}
    for sheet in book:
        assert sheet.oddHeader.center.text == "SIMULATED 模拟数据"
    assert "SIMULATED" in book.properties.description
    assert any("come from simulated instruments" in str(row["Content"]) for row in records(book, "Integrity"))


@pytest.mark.repeated
def test_the_same_record_gives_the_same_bytes_in_another_process(dmm_data, tmp_path):
    here = made(dmm_data, "zh")
    assert made(dmm_data, "zh") == here
    path = tmp_path / "record.json"
    path.write_bytes(canonical(Record.model_validate(dmm_data)))
    code = (
        "import sys; from pathlib import Path; from calbench.documents.record import Record;"
        "from calbench.certificates.workbook import workbook;"
        f"r = Record.model_validate_json(Path({str(path)!r}).read_bytes());"
        f"sys.stdout.buffer.write(workbook(r, {HASH!r}, 'zh'))"
    )
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert ran.stdout == here


def test_the_dates_of_the_file_are_those_of_the_run(dmm_data):
    book = made(dmm_data)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.compress_type for one in parts.infolist()} == {zipfile.ZIP_STORED}
        dates = re.findall(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", parts.read("docProps/core.xml"))
    assert dates == [dmm_data["run"]["ended"][:19].encode() + b"Z"] * 2


def test_a_scale_and_its_inspections_are_written_too(scale_data, tmp_path):
    record = Record.model_validate(scale_data)
    data = canonical(record)
    paths = write(record, data, tmp_path, ["xlsx"], ["en", "zh"])
    assert [path.name for path in paths] == ["results-en.xlsx", "results-zh.xlsx"]
    book = openpyxl.load_workbook(paths[1])
    assert book.worksheets[0].max_row == len(scale_data["results"]) + 1
    assert sha256(data) in [row[1] for row in book["完整性"].iter_rows(values_only=True)]


def test_a_missing_package_is_named_with_the_way_to_install_it(dmm_data, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(Exception, match=r"calbench\[xlsx\].*or write the results as csv"):
        made(dmm_data)
