from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import calbench.certificates.wording as module
from calbench.certificates.wording import LANGUAGES, WORDS, require_language, term, word
from calbench.documents.record import Status, Verdict
from calbench.errors import UsageError

EMPTY = {"page.after"}  # English has no word after the number of pages


def test_every_text_is_there_in_every_language():
    assert [key for key, texts in WORDS.items() if set(texts) != set(LANGUAGES)] == []
    assert {key for key, texts in WORDS.items() if not all(text.strip() for text in texts.values())} == EMPTY


def test_every_language_has_the_same_places_to_fill():
    for key, texts in WORDS.items():
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts.values()]
        assert all(each == names[0] for each in names), key


def test_every_verdict_and_status_has_words():
    for verdict in get_args(Verdict):
        assert {f"verdict.{verdict}", f"short.{verdict}"} <= set(WORDS)
    for status in get_args(Status):
        assert f"status.{status}" in WORDS


def test_every_chinese_text_is_chinese():
    symbols = {
        "expanded",
        "k",
        "short.not_evaluated",
        "in.unit",
        "budget.title",
        "budget.expanded",
        "remark.says",
        "staged",
        "guard.band",
        "ratio",
        "pfa",
        "pfr",
        "inputs.one",
        "formula.used",
        "unsure.table",
    }
    assert [
        key
        for key, texts in WORDS.items()
        if key not in symbols and not re.search("[\u4e00-\u9fff]", texts["zh"])
    ] == []


def test_no_text_is_left_over():
    folder = Path(module.__file__).parent
    source = "".join(
        path.read_text("utf-8") for path in sorted(folder.glob("*.py")) if path.name != "wording.py"
    )
    groups = [
        "verdict",
        "short",
        "status",
        "completeness",
        "source",
        "table",
        "key",
        "clock",
        "shape",
        "rule",
        "quantity",
        "outputs",
        "choice",
        "tur",
    ]
    used = set(re.findall("[\"']([a-z_A-Z.]+)[\"']", source))
    unused = [key for key in WORDS if key not in used and key.split(".")[0] not in groups]
    assert unused == []


def test_the_verdicts_are_those_of_chinese_metrology():
    # JJF 1094-2002, 5.3.1.x and JJG practice: 合格, 不合格, 待定
    assert word("verdict.pass", "zh") == "合格"
    assert word("verdict.fail", "zh") == "不合格"
    assert "待定" in word("verdict.indeterminate_pass", "zh")


def test_a_name_that_is_not_in_the_table_stays_as_it_is():
    assert term("key", "gravity_zone", "zh") == "gravity_zone"


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match="en and zh"):
        require_language("de")


def test_the_definition_of_the_tur_that_a_record_states_has_words():
    from calbench.metrology import TUR_DEFINITION

    assert "ANSI/NCSL Z540.3" in term("tur", TUR_DEFINITION, "en")
    assert "不确定度" in term("tur", TUR_DEFINITION, "zh")
    assert term("tur", "another one", "zh") == "another one"


def test_every_choice_of_a_shipped_procedure_has_words():
    from calbench.authoring.loading import load_procedure
    from calbench.documents.procedure import Procedure
    from calbench.workflow import surroundings

    missing, seen = [], set()
    for path in sorted((Path(__file__).parents[3] / "procedures").rglob("*.yaml")):
        procedure: Procedure = load_procedure(path, surroundings())[0].model
        for name, parameter in procedure.parameters.items():
            for choice in parameter.choices or () if parameter.type == "choice" else ():
                seen.add(str(choice))
                own = choice in procedure.words.get("zh", {})
                # a number, and the designation of a class, is the same in every language
                same = re.fullmatch(r"[\d.]+S?|[A-Z]+\d?", str(choice)) is not None
                if not (own or same or {f"choice.{choice}", f"rule.{choice}"} & set(WORDS)):
                    missing.append(f"{path.name}: {name}: {choice}")
    assert missing == []
    assert {"first", "subsequent", "in_use"} <= seen


def test_every_rule_has_a_name_in_chinese_beside_the_one_of_the_file():
    described = {key.removeprefix("rule.") for key in WORDS if re.fullmatch(r"rule\.[a-z0-9_]+", key)}
    for rule in described:
        assert WORDS[f"rule.name.{rule}"]["en"] == rule
        assert f"（{rule}）" in WORDS[f"rule.name.{rule}"]["zh"]
