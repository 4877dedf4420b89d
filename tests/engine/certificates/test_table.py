"""The table of results, read back by the standard library's CSV reader."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from calbench.certificates.csv import HEAD, table
from calbench.documents.record import Record


def rows(data: dict[str, Any]) -> list[dict[str, str]]:
    text = table(Record.model_validate(data)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_it_begins_with_the_mark_by_which_excel_knows_utf_8(dmm_data: dict[str, Any]):
    data = table(Record.model_validate(dmm_data))
    assert data.startswith(b"\xef\xbb\xbf")
    # RFC 4180, 2.1: every line ends with CRLF
    assert data.count(b"\r\n") == data.count(b"\n") == 22


def test_one_row_a_result_in_the_order_of_the_certificate(dmm_data: dict[str, Any]):
    found = rows(dmm_data)
    assert [row["point"] for row in found] == [result["id"] for result in dmm_data["results"]]
    assert [row["no"] for row in found] == [str(number) for number in range(1, 22)]
    assert set(found[0]) == set(HEAD)


def test_numbers_are_the_exact_texts_of_the_record(dmm_data: dict[str, Any]):
    found = rows(dmm_data)
    for row, result in zip(found, dmm_data["results"], strict=True):
        for name in ("reference", "indication"):
            if name in result:
                assert f"{row[name]} {row['unit']}" == result[name]
        for name in (
            "value",
            "judged",
            "lower",
            "upper",
            "stdev",
            "std_uncertainty",
            "expanded",
            "guard_band",
        ):
            if name in result:
                assert f"{row[name]} {row['result_unit']}" == result[name]
    assert found[2]["reference"] == "-100.00009"
    assert found[2]["lower"] == "-8.5"
    assert found[0]["std_uncertainty"] == "2.8712345678901234e-06"


def test_a_quantity_in_another_unit_keeps_it_in_its_cell(dmm_data: dict[str, Any]):
    dmm_data["results"][0]["indication"] = "0.00041 V"
    row = rows(dmm_data)[0]
    assert (row["reference"], row["unit"], row["indication"]) == ("0.00000", "mV", "0.00041 V")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_text_that_would_be_a_formula_is_guarded(dmm_data: dict[str, Any], text: str):
    # OWASP, CSV injection: =, +, -, @, tab and carriage return begin a formula
    dmm_data["results"][-1]["answer"] = text
    dmm_data["results"][-1]["labels"] = {text: text}
    dmm_data["results"][-1]["remark"] = text
    row = rows(dmm_data)[-1]
    assert row["answer"].startswith("'")
    assert row["labels"].startswith("'")
    assert row["remark"].startswith("'")


def test_text_with_commas_quotes_and_chinese_comes_back(dmm_data: dict[str, Any]):
    dmm_data["results"][-1]["answer"] = '完好, "as new"; 合格'
    assert rows(dmm_data)[-1]["answer"] == '完好, "as new"; 合格'


def test_each_row_says_that_it_is_simulated_and_how_the_run_ended(dmm_data: dict[str, Any]):
    assert {row["simulated"] for row in rows(dmm_data)} == {""}
    dmm_data["plan"]["simulated"] = {"seed": 1, "clock": "virtual"}
    dmm_data["run"]["status"] = "STOPPED"
    assert {(row["simulated"], row["status"]) for row in rows(dmm_data)} == {("SIMULATED", "STOPPED")}
