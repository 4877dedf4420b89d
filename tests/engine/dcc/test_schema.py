"""Certificates that are written are valid by PTB's schema (XSD) and have neither error nor warning by its Schematron.

The schemas, rules and examples are found in a folder beside the checkout; what is expected of the examples is in
the folder's README.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.dcc import read, write
from calbench.dcc.schemas import schema_folder, validate
from calbench.errors import InvalidFile, UsageError


@pytest.mark.parametrize("languages", [("en", "zh"), ("zh", "en"), ("en",), ("zh",)])
@pytest.mark.parametrize("simulated", [None, {"seed": 7, "clock": "virtual"}])
@pytest.mark.parametrize("what", ["dmm", "scale"])
def test_what_is_written_is_valid_without_error_or_warning(
    what, simulated, languages, request, written, schemas, rules
):
    data = request.getfixturevalue(what)
    data["plan"]["simulated"] = simulated

    made = written(data, languages)

    assert validate(made, schemas) == "3.3.0"
    assert rules.run(made) == []


def test_a_bare_record_is_valid_too(dmm, written, schemas, rules):
    dmm |= {"environment": [], "uut": {}, "identified": []}
    dmm["plan"] |= {"standards": [], "laboratory": {"country": "DE"}, "parameters": []}
    dmm["run"] |= {"status": "STOPPED", "completeness": "partial", "operator": ""}
    dmm["results"] = [one | {"verdict": "not_evaluated"} for one in dmm["results"]]

    made = written(dmm)

    assert validate(made, schemas) == "3.3.0"
    assert rules.run(made) == []


def test_a_hash_of_the_upstream_certificate_a_customer_and_a_place(scale, written, schemas, rules):
    scale["plan"]["standards"][0]["certificate_sha256"] = "0f" * 32
    scale["uut"] |= {"customer": "A & B <GmbH>", "address": "1 Way", "location": "Hall 3", "order": "4711",
                     "received": "2026-01-04", "firmware": "2"}  # fmt: skip

    made = written(scale)

    assert validate(made, schemas) == "3.3.0"
    assert rules.run(made) == []


def test_the_rules_of_the_runner_say_of_the_examples_what_their_readme_says(schemas, rules):
    minimal = (schemas / "examples" / "minimal_dcc_330.xml").read_bytes()
    older = (schemas / "examples" / "gp_temperature_typical_v12.xml").read_bytes()

    assert rules.run(minimal) == []
    assert [one.role for one in rules.run(older)].count("error") == 2


def test_the_runner_finds_what_metrology_md_found_without_methods_and_conditions(schemas, rules):
    text = (schemas / "examples" / "minimal_dcc_330.xml").read_text(encoding="utf-8")
    for name in ("usedMethods", "influenceConditions"):
        head, _, rest = text.partition(f"<dcc:{name}>")
        text = head + rest.partition(f"</dcc:{name}>")[2]

    assert [one.role for one in rules.run(text.encode())] == ["error", "error"]


@pytest.mark.parametrize("version", ["3.0.0", "3.1.0", "3.1.1", "3.1.2", "3.2.0", "3.2.1", "3.3.0"])
def test_each_schema_is_compiled_offline_and_finds_a_missing_element(version, schemas):
    data = f'<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" schemaVersion="{version}"/>'

    with pytest.raises(InvalidFile, match="administrativeData") as caught:
        validate(data.encode(), schemas, "bare.xml")

    assert {problem.rule for problem in caught.value.problems} == {"D005"}


def test_examples_of_ptb(schemas):
    examples = schemas / "examples"

    assert validate((examples / "valid.xml").read_bytes(), schemas) == "3.3.0"
    assert validate((examples / "gp_temperature_typical_v12.xml").read_bytes(), schemas) == "3.1.1"
    with pytest.raises(InvalidFile) as caught:
        validate((examples / "invalid_schema.xml").read_bytes(), schemas, "invalid_schema.xml")

    identifier = caught.value.problems[0]
    assert identifier.line == 17
    assert "dcc:coreData/dcc:uniqueIdentifier)" in identifier.message


@pytest.mark.parametrize("name", ["valid", "minimal_dcc_330", "gp_temperature_typical_v12"])
def test_what_was_read_is_written_as_a_valid_3_3_0(name, schemas):
    again = write(read((schemas / "examples" / f"{name}.xml").read_bytes()))

    assert validate(again, schemas) == "3.3.0"
    assert write(read(again)) == again


def test_a_version_without_schema_is_refused(schemas):
    data = b'<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" schemaVersion="3.4.0"/>'

    with pytest.raises(UsageError, match=r"3\.4\.0"):
        validate(data, schemas)


def test_the_folder_is_named_by_option_then_by_the_environment(schemas, tmp_path):
    assert schema_folder(schemas, {}) == schemas
    assert schema_folder(None, {"CALBENCH_DCC_SCHEMAS": str(schemas)}) == schemas
    with pytest.raises(UsageError, match="has no DCC schemas"):
        schema_folder(tmp_path, {"CALBENCH_DCC_SCHEMAS": str(schemas)})
    with pytest.raises(UsageError, match="CALBENCH_DCC_SCHEMAS"):
        schema_folder(None, {"CALBENCH_DCC_SCHEMAS": str(tmp_path)})


def test_certify_says_whether_the_certificate_was_validated(schemas, tmp_path, monkeypatch):
    monkeypatch.delenv("CALBENCH_DCC_SCHEMAS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    runner = CliRunner()
    ran = runner.invoke(
        main,
        ["run", "visual-inspection", "demo", "--position", "1", "--sim", "--uut", "serial=1", "--format", "",
         "--out", str(tmp_path)],
    )  # fmt: skip
    assert ran.exit_code in (0, 1), ran.output
    (folder,) = (path.parent for path in Path(tmp_path).rglob("record.json"))

    without = runner.invoke(main, ["certify", str(folder), "--format", "dcc"])
    with_them = runner.invoke(main, ["certify", str(folder), "--format", "dcc", "--schemas", str(schemas)])

    assert (without.exit_code, with_them.exit_code) == (0, 0)
    assert without.stdout == with_them.stdout == f"{folder / 'certificate.xml'}\n"
    assert "NOT validated" in without.stderr
    assert "is valid" in with_them.stderr


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("valid", []),
        ("minimal_dcc_330", []),
        ("invalid_schema", [("D005", "uniqueIdentifier"), ("D005", "name")]),
        ("invalid_syntax", [("D001", "not well-formed")]),
    ],
)
def test_case_d16_of_the_reference(name, problems, schemas):
    """D16: two examples are valid, one has two errors (empty uniqueIdentifier, item without name), one is no XML."""
    data = (schemas / "examples" / f"{name}.xml").read_bytes()
    found = []
    try:
        validate(data, schemas, name)
    except InvalidFile as error:
        found = error.problems

    assert [one.rule for one in found] == [rule for rule, _ in problems]
    assert all(word in one.message for one, (_, word) in zip(found, problems, strict=True))
