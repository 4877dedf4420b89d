"""Every problem of a file has a Chinese text, in whichever way its English text can read.

Two nets: all texts in the source of the modules that make problems, and all problems of the broken files. A new
message that is in neither language table fails here, and says what to write.
"""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.wording.spelled import sentences

from calbench.wording import checking
from calbench.wording.telling import (
    LISTS,
    PHRASES,
    SENTENCES,
    TYPED,
    in_chinese,
    readings_of,
    templates,
    wholly_in_chinese,
)

ENGINE = Path(__file__).parents[3] / "src/calbench"
BROKEN = Path(__file__).parents[1] / "authoring/broken"
HAN = "[\u4e00-\u9fff]"
MAKERS = ("authoring", "documents", "quantities", "dcc")
"""Packages that make problems."""
SILENT = {
    *("authoring/drafting.py", "authoring/copying.py"),  # write files
    *("authoring/rulebook.py", "authoring/schemas.py"),  # the documents for authors, which are in English
    *(f"authoring/layout/{name}.py" for name in ("ordering", "parts", "rows", "writing")),
    *(
        f"documents/{name}.py" for name in ("journal", "releasing", "canonical")
    ),  # of runs: verify looks at them
    *(
        "documents/remarks.py",
        "documents/measurands.py",
        "documents/plan.py",
    ),  # in both languages by themselves
    "quantities/syntax.py",  # writes expressions
}
PARTS = {
    *("not negative", "greater than zero", "unknown reason", "answers file"),
    *("add §", "check §", " Check ", "§, or independent", "§, or apply: a value", "value + §", "value - §"),
    *("frequency: 1 kHz, or frequency: {from: 40 Hz, to: 20 kHz}", "deg C"),
    *("a correlation is two §s and a coefficient, and here are § parts", "'§' must be §"),
    *("§ § §, and nothing says at which frequency", "compares with"),
    *("§ no '§'", "a load has", "§ takes"),
    "'§' is not a §number",
    "it into one that is not valid (§)",
    *("an input sets a source to one value, which lasts; § §", "is over when it stops", "takes §"),
    *("§ no link", "an instrument without a driver has", "a person reads this instrument, so it has"),
    *(" at the end", "<stream end>", "cannot start any token", "tab character"),  # of the parser
    *("a tab in the indentation§; where a tab ends depends on the editor", " (also line §)"),
    *("the alias '§' §", "has no anchor before it", "stands within its own anchor"),
    *("§, and this is §", "a value is one quantity", "§ can"),
    *("§ has not the form it needs, §: §", "§ must have § § §§", "; it has §", "the text "),
    *("§ is §; it must be § §", "§ must be §, not §", "the key '§' is missing §", "in the file"),
    *("in '§', which begins at line §", "nothing is written §§", "for '§'", "; § is needed"),
    *(", or two values or more", "'§'§ is no unit", " in '§'"),
    "day (d is kept for the scale interval of a scale)",
    *("the certificate has § in the unit of §; its results are §", "several results"),
    "no result with errors, values and uncertainties",
    *("http://www.w3.org/2000/svg svg", "§ https://ptb.de/dcc/v§/dcc.xsd"),
    "unreachable: shapes are looked at before anything is evaluated",
    "the unit table has two meanings for §",  # of whoever changes the program
}
"""Texts that are only a part of what is said, or are never said; what they make is below, or in a broken file."""
MADE = (
    "a correlation is two contributions and a coefficient, and here are 2 parts",
    "test ac applies voltage.ac, and nothing says at which frequency",
    "test ac compares with voltage.ac, and nothing says at which frequency",
    "voltage.ac takes no 'phase'",
    "a load has no 'phase'",
    "'x' is not a whole number",
    "an input sets a source to one value, which lasts; volume is over when it stops",
    "an input sets a source to one value, which lasts; volume takes value and flow",
    "an instrument without a driver has no link",
    "a person reads this instrument, so it has no link",
    "the text is not well-formed YAML here: while scanning a token at the end",
    "a tab in the indentation (also line 3, 4 and 7); where a tab ends depends on the editor",
    "a tab in the indentation; where a tab ends depends on the editor",
    "the alias '*a' has no anchor before it",
    "the alias '*a' stands within its own anchor",
    "a value is one quantity, and this is several values of voltage (V)",
    (
        "'climate' can; wire one that can to its terminals and name it, or remove seen_by:; "
        "then it counts as not verified off"
    ),
    "'id' has not the form it needs, ^[a-z]+$: the text 'A'",
    "'points' must have at least 1 entry; it has 0",
    "'points' must have at most 3 entries",
    "'count' is 3; it must be a multiple of 2",
    "'count' is 3; it must be greater than 4",
    "'count' is 3; it must be less than 2",
    "'count' is 3; it must be at least 4",
    "'count' is 3; it must be at most 2",
    "the file must be a block of keys, not a list",
    "'mpe' must be a text or a block of keys, not the text 'x'",
    "the key 'test' is missing in 'tests[0]', which begins at line 4",
    "nothing is written for 'tests'; a list is needed",
    "nothing is written for 'kind'; one of a, b or c is needed",
    "nothing is written in the file",
    "max takes one vector, or two values or more",
    "'sec' in 'mV/sec' is no unit",
    "write day (d is kept for the scale interval of a scale)",
    "write a number from -1 to 1, or independent",
    "write sharing: one_at_a_time below positions, or apply: a value",
    "the certificate has several results in the unit of voltage.dc; its results are a, b",
    "the certificate has no result with errors, values and uncertainties in the unit of mass; its results are a",
    "a.yaml cannot be laid out without changing its comments. It was left as it is: write by hand.",
    (
        "a.yaml cannot be laid out without changing it into one that is not valid (unknown key 'x'). "
        "It was left as it is: write by hand."
    ),
)
"""What is made of parts, as it is said."""
WORDS = re.compile(r"(?s).*[A-Za-z§'] .*")
PROSE = re.compile(r"[A-Za-z]+ [a-z]{2,}| (or|and) ")
NAMED = re.compile("§ (in|of) §")
"""What something is called, or how many of it there are in so many: a part of a sentence."""
TOLD = re.compile(r"\S+:\d+:\d+: error: (?P<message>.*) \[\w\d+\]|\s+= help: (?P<help>.*)")


def has_chinese(text: str) -> bool:
    """Tell whether a table has a text, and everything in it that is of the program."""
    return any(all(_fits(name, said) for name, said in one.slots.items()) for one in readings_of(text))


def _fits(name: str, said: str) -> bool:
    if name in (*SENTENCES, *PHRASES):
        return not re.search("[A-Za-z]", said) or has_chinese(said)
    if name in LISTS:
        return all(" " not in item or has_chinese(item) for item in re.split(", | or | and ", said))
    return not PROSE.search(said)


def texts_of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for text in sentences(tree, WORDS):
        if re.search("[a-z]{2}", text) and not NAMED.fullmatch(text):
            yield text.replace("{{", "{").replace("}}", "}") if path.stem == "syntax" else text


@functools.cache
def said() -> dict[str, str]:
    """Give every text that may be a message or help, and the module that it is in."""
    return {
        text: path.relative_to(ENGINE).as_posix()
        for package in MAKERS
        for path in sorted((ENGINE / package).rglob("*.py"))
        if path.relative_to(ENGINE).as_posix() not in SILENT
        for text in texts_of(path)
    }


def told() -> set[str]:
    """Give every message and help of the broken files, as test_broken_files finds them."""
    lines = [line for path in sorted(BROKEN.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return {match["message"] or match["help"] for match in map(TOLD.fullmatch, lines) if match}


def test_every_text_that_a_problem_can_be_made_of_has_a_chinese_one() -> None:
    missing = {
        f"{where}: {text!r}" for text, where in said().items() if text not in PARTS and not has_chinese(text)
    }
    assert not missing, "\n".join(
        ["Write them into a table of calbench/wording/checking, with {slots} for §:", *sorted(missing)]
    )


def test_no_part_is_excused_that_is_not_there_any_more() -> None:
    assert set(said()) >= PARTS


@pytest.mark.parametrize("text", MADE)
def test_what_is_made_of_parts_has_a_chinese_text(text: str) -> None:
    chinese = wholly_in_chinese(text)
    assert chinese is not None
    assert re.search(HAN, chinese)


def test_every_problem_of_the_broken_files_has_a_chinese_text() -> None:
    found = told()
    assert len(found) > 800  # or the pattern above does not fit what is written
    missing = {text for text in found if wholly_in_chinese(text) is None}
    assert not missing, "\n".join(["Write them into a table of calbench/wording/checking:", *sorted(missing)])


def test_what_stands_in_quotes_is_never_translated() -> None:
    for english, chinese in templates():
        quoted = set(re.findall(r"'\{(\w+)\}'", english))
        assert quoted.isdisjoint({*SENTENCES, *PHRASES, *LISTS}), english
        assert quoted <= set(re.findall(r"[“'\"]\{(\w+)\}[”'\"]", chinese)) | {"same"}, english


def test_a_chinese_text_is_chinese() -> None:
    for table in checking.TABLES:
        for english, chinese in table:
            assert re.search(HAN, chinese) or not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", english)), (
                english
            )


def test_no_template_is_there_twice() -> None:
    """Two that differ in names of slots alone are one, unless these are looked into in different ways."""
    kind = {name: kind for kind in (SENTENCES, PHRASES, tuple(LISTS), (TYPED,)) for name in kind}
    forms = Counter(
        re.sub(r"\{(\w+)\}", lambda slot: f"{{{kind.get(slot[1])}}}", english)
        for table in checking.TABLES
        for english, _ in table
    )
    assert [form for form, times in forms.items() if times > 1] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("'needs' must have at least 1 entry; it has 0", "“needs”至少须有 1 项；现有 0"),
        ("'$highest' gives time (s); frequency (Hz) is needed", "“$highest”给出时间（s）；需要频率（Hz）"),
        ("'limit' must be a text or a block of keys, not a list", "“limit”须为文本或键值块，而不是列表"),
        ("coverage is 95; it is a share between 0 and 1", "coverage 为 95；应为 0 与 1 之间的份额"),
        ("an expanded uncertainty needs its k", "扩展不确定度需要包含因子 k"),
        ("there is no role 'sorce'", "没有角色“sorce”"),
        (
            "did you mean 'readings' or '$readings' or 'range'?",
            "是否为“readings”、“$readings”或“range”？",
        ),
        (
            "a contribution needs one of std, half_width, expanded or from",
            "不确定度分量需要 std、half_width、expanded 或 from 之一",
        ),
        (
            "the history cannot be compared: 1 V and 2 A are two temperatures and have no sum",
            "历史证书无法比较：1 V 和 2 A 是两个温度，不能相加",
        ),
    ],
)
def test_how_it_reads(english: str, chinese: str) -> None:
    """Terms: JJF 1001-2011 扩展不确定度, 包含因子, 分量; the rest as the certificates and the page have them."""
    assert in_chinese(english) == chinese


def test_names_quotations_and_what_is_typed_stay_as_they_are() -> None:
    assert (
        in_chinese("test dcv applies voltage.dc and reads voltage.ac, which cannot be compared")
        == "项目 dcv 施加 voltage.dc 而读取 voltage.ac，两者不能比较"
    )
    assert in_chinese("unknown key 'a list'") == "未知的键“a list”"
    assert (
        in_chinese("allowed are test, title, resolution and unit")
        == "允许的有 test、title、resolution 和 unit"
    )
    assert in_chinese("write Rs * 2") == "请写 Rs * 2"
    assert in_chinese("the clock is out of its case") == "the clock is out of its case"  # in no table


def test_a_text_of_any_length_is_told_in_one_walk() -> None:
    """Words of templates a hundred thousand times over; looking for all ways to cut it would not end."""
    text = "' and '".join(["x"] * 100_000)
    assert in_chinese(f"'{text}' is not one of a, b") == f"“{text}”不在可选项中：a, b"
    assert in_chinese(f"'{text}' are one quantity") == f"'{text}' are one quantity"
