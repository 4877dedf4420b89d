from __future__ import annotations

import json
import unicodedata

import pytest

from calbench.authoring.rendering import as_json, render, summary
from calbench.authoring.source import Source
from calbench.errors import Problem


def cells(text):
    """Count the cells of a terminal as UAX #11 does: W and F take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shown(problem, line, **options):
    text = "\n" * (problem.line - 1) + line
    return render([problem], [Source(problem.file, text)], **options).splitlines()


def test_the_agreed_form_in_chinese():
    text = "\n" * 10 + "    readngs: 10\n"
    problem = Problem("p500.yaml", 11, 5, "S003", "unknown key 'readngs'", "did you mean 'readings'?", 7)

    assert render([problem], [Source("p500.yaml", text)], language="zh") == (
        "p500.yaml:11:5: 错误：未知的键“readngs” [S003]\n"
        "   11 |     readngs: 10\n"
        "      |     ^^^^^^^\n"
        "      = 帮助：是否为“readings”？\n"
        "\n"
        "1 个文件中有 1 个问题\n"
    )


@pytest.mark.parametrize(("language", "told"), [("en", "error: unknown key"), ("zh", "错误：未知的键")])
def test_carets_stand_below_what_they_point_at_behind_characters_of_two_cells(language, told):
    line = "  - {title: “电压”，全角！ｱ, readngs: 10}  # 说明"
    problem = Problem("a.yaml", 1, line.index("readngs") + 1, "S003", "unknown key 'readngs'", "", 7)

    head, above, below, *_ = shown(problem, line, language=language)

    assert told in head
    assert cells(below[: below.index("^")]) == cells(above[: above.index("readngs")])
    assert below.count("^") == cells("readngs")


def test_carets_are_as_wide_as_the_chinese_word_they_point_at():
    line = "  量程: 10 V"
    problem = Problem("a.yaml", 1, 3, "S003", "unknown key '量程'", "", 2)

    _, above, below, *_ = shown(problem, line, language="zh")

    assert below.count("^") == cells("量程") == 4
    assert cells(below[: below.index("^")]) == cells(above[: above.index("量")])


@pytest.mark.parametrize(
    ("problems", "english", "chinese"),
    [
        ([], "no problems", "没有问题"),
        (["a"], "1 problem in 1 file", "1 个文件中有 1 个问题"),
        (["a", "a"], "2 problems in 1 file", "1 个文件中有 2 个问题"),
        (["a", "b", "b"], "3 problems in 2 files", "2 个文件中有 3 个问题"),
    ],
)
def test_how_many_problems_there_are_is_said_in_both_languages(problems, english, chinese):
    found = [Problem(file, 1, place, "S003", "x") for place, file in enumerate(problems, 1)]

    assert render(found).endswith(f"{english}\n")
    assert render(found, language="zh").endswith(f"{chinese}\n")


def test_the_agreed_form():
    text = "\n" * 10 + "    readngs: 10\n"
    problem = Problem("p500.yaml", 11, 5, "S003", "unknown key 'readngs'", "did you mean 'readings'?", 7)

    assert render([problem], [Source("p500.yaml", text)]) == (
        "p500.yaml:11:5: error: unknown key 'readngs' [S003]\n"
        "   11 |     readngs: 10\n"
        "      |     ^^^^^^^\n"
        "      = help: did you mean 'readings'?\n"
        "\n"
        "1 problem in 1 file\n"
    )


def test_problems_come_by_file_and_line():
    problems = [Problem("b", 1, 1, "S", "x"), Problem("a", 9, 1, "S", "y"), Problem("a", 10, 1, "S", "z")]

    assert (
        render(problems)
        == "a:9:1: error: y [S]\n\na:10:1: error: z [S]\n\nb:1:1: error: x [S]\n\n3 problems in 2 files\n"
    )
    assert summary([]) == "no problems"


def test_the_caret_stands_under_the_word_after_wide_characters():
    line = "title: {zh: 直流电压, modle: 电压表}"
    for word, length in (("modle", 5), ("电压表", 3)):
        at = line.index(word)
        _, source, caret, *_ = shown(Problem("f", 3, at + 1, "S", "x", length=length), line)
        assert cells(caret[: caret.index("^")]) == cells(source[: source.index(word)])
        assert caret.count("^") == cells(word)


def test_combining_characters_take_no_room():
    line = "cafe\u0301: x"
    _, _, caret, *_ = shown(Problem("f", 1, 8, "S", "x"), line)

    assert caret == "      |       ^"  # c a f é : and a space are six cells; the x is the seventh


def test_a_tab_is_as_wide_above_as_below():
    _, source, caret, *_ = shown(Problem("f", 1, 2, "Y003", "x", length=1), "\tb: 1")

    assert (source, caret) == ("    1 |     b: 1", "      |     ^")


def test_long_lines_are_cut_to_a_window():
    line = "a" * 300 + "WRONG" + "b" * 300
    _, source, caret, *_ = shown(Problem("f", 1, 301, "S", "x", length=5), line, width=60)

    assert source.startswith("    1 | …aaa")
    assert source.endswith("b…")
    assert cells(source) <= 8 + 60
    assert source[caret.index("^") :].startswith("WRONG")
    assert caret.count("^") == 5


def test_a_window_over_wide_characters():
    line = "直" * 200 + "错误" + "流" * 200
    _, source, caret, *_ = shown(Problem("f", 1, 201, "S", "x", length=2), line, width=60)

    assert cells(source) <= 8 + 60
    assert cells(caret[: caret.index("^")]) == cells(source[: source.index("错")])


def test_a_long_mark_ends_with_the_window():
    _, source, caret, *_ = shown(Problem("f", 1, 1, "S", "x", length=900), "x" * 900, width=40)

    assert len(caret.rstrip()) <= len(source)


def test_a_caret_beyond_the_line():
    _, source, caret, *_ = shown(Problem("f", 1, 40, "S", "x"), "a: 1")

    assert (source, caret) == ("    1 | a: 1", "      |     ^")


def test_nothing_reaches_the_terminal_but_text():
    problem = Problem("f\x1b[2J", 1, 4, "S", "bad \x1b]0;x\x07\nnew line", "do\r that")
    text = render([problem], [Source("f\x1b[2J", "a: \x1b[31mx\x07")])

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\r" not in text
    assert text.splitlines()[0] == "f\\u001b[2J:1:4: error: bad \\u001b]0;x\\u0007\\u000anew line [S]"


def test_colour_is_asked_for():
    problem = Problem("f", 1, 1, "S", "x", "y")
    text = render([problem], {"f": "a: 1"}, colour=True)

    assert "\x1b[1;31merror:\x1b[0m" in text
    assert "\x1b" not in render([problem], {"f": "a: 1"})


def test_as_data():
    problem = Problem("f.yaml", 11, 5, "S003", "unknown key 'readngs'", "did you mean 'readings'?", 7)

    assert json.loads(json.dumps(as_json([problem]))) == [
        {
            "file": "f.yaml",
            "line": 11,
            "column": 5,
            "length": 7,
            "rule": "S003",
            "message": "unknown key 'readngs'",
            "help": "did you mean 'readings'?",
            "zh": {"message": "未知的键“readngs”", "help": "是否为“readings”？"},
        }
    ]
