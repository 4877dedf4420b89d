"""Problems as text for people (with the line, a caret and help) and as data for machines.

```text
p500.yaml:11:5: error: unknown key 'readngs' [S003]
   11 |     readngs: 10
      |     ^^^^^^^
      = help: did you mean 'readings'?
```
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from calbench.authoring.source import Source
from calbench.errors import Problem
from calbench.wording import in_chinese

WIDTH = 100
_GUTTER = 5
_TAB = 4
_WIDE_SPACE = "\u3000"  # as wide as a CJK character in every font
_LABELS = {"en": ("error:", "help:", " "), "zh": ("错误：", "帮助：", "")}
_RED, _CYAN, _BOLD, _OFF = "\x1b[1;31m", "\x1b[36m", "\x1b[1m", "\x1b[0m"


def render(
    problems: Iterable[Problem],
    sources: Iterable[Source] | Mapping[str, str] = (),
    *,
    width: int = WIDTH,
    colour: bool = False,
    language: str = "en",
) -> str:
    """Write problems for a terminal, with a summary.

    Args:
        problems: In any order; they come out by file, line and column.
        sources: The texts to show lines of, by the file names of the problems; without one, no line is shown.
        width: The most cells of a shown line; a longer one is cut to a window around the caret.
        colour: Use ANSI colours.
        language: `en` or `zh`; names, quotations and lines of files stay as they are.
    """
    ordered = sorted(problems)
    texts = sources.items() if isinstance(sources, Mapping) else ((one.file, one.text) for one in sources)
    known = {file: Source(file, text) for file, text in texts}
    blocks = [
        _block(problem, known.get(problem.file), max(width, 20), colour, language) for problem in ordered
    ]
    return "\n\n".join([*blocks, _in(language, summary(ordered))]) + "\n"


def summary(problems: Sequence[Problem]) -> str:
    """Write `2 problems in 1 file`."""
    files = len({problem.file for problem in problems})
    if not problems:
        return "no problems"
    return f"{_counted(len(problems), 'problem')} in {_counted(files, 'file')}"


def as_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Give problems as plain data, ready for `json.dumps`; `zh` has message and help in Chinese."""
    return [
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "length": problem.length,
            "rule": problem.rule,
            "message": problem.message,
            "help": problem.mend,
            "zh": {"message": in_chinese(problem.message), "help": in_chinese(problem.mend)},
        }
        for problem in sorted(problems)
    ]


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _in(language: str, text: str) -> str:
    return in_chinese(text) if language == "zh" else text


def _block(problem: Problem, source: Source | None, width: int, colour: bool, language: str) -> str:  # noqa: FBT001 - passed on
    def paint(text: str, code: str) -> str:
        return f"{code}{text}{_OFF}" if colour else text

    place = paint(f"{_clean(problem.file)}:{problem.line}:{problem.column}:", _BOLD)
    error, help_, gap = _LABELS[language]
    lines = [f"{place} {paint(error, _RED)}{gap}{_clean(_in(language, problem.message))} [{problem.rule}]"]
    gutter = max(_GUTTER, len(str(problem.line)))
    if source is not None and problem.line <= len(source.lines):
        shown, before, carets = _snippet(source.line(problem.line), problem.column, problem.length, width)
        lines.append(f"{problem.line:>{gutter}} | {shown}".rstrip())
        lines.append(f"{'':>{gutter}} | {before}{paint(carets, _RED)}")
    if problem.mend:
        lines.append(f"{'':>{gutter}} = {paint(help_, _CYAN)}{gap}{_clean(_in(language, problem.mend))}")
    return "\n".join(lines)


def _snippet(line: str, column: int, length: int, width: int) -> tuple[str, str, str]:
    """Give what is shown of a line, what goes before the carets, and the carets."""
    at = min(max(column - 1, 0), len(line))
    first, last = _window(line, at, width)
    cut_left, cut_right = first > 0, last < len(line)
    shown = ("…" if cut_left else "") + _drawn(line[first:last]) + ("…" if cut_right else "")
    before = (" " if cut_left else "") + "".join(_blank(char) for char in line[first:at])
    cells = sum(_cells(char) for char in line[at : min(at + max(length, 1), last)])
    return shown, before, "^" * max(1, cells)


def _window(line: str, at: int, width: int) -> tuple[int, int]:
    """Give the part of a line that fits into `width` cells and holds the caret, mostly what follows it."""
    if sum(_cells(char) for char in line[: width + 1]) <= width and len(line) <= width:
        return 0, len(line)
    room = width - 2
    first, used = at, 0
    wanted_before = max(room // 3, room - sum(_cells(char) for char in line[at : at + room]))
    while first > 0 and used + _cells(line[first - 1]) <= wanted_before:
        first -= 1
        used += _cells(line[first])
    last = at
    while last < len(line) and used + _cells(line[last]) <= room:
        used += _cells(line[last])
        last += 1
    return first, last


def _cells(char: str) -> int:
    if char == "\t":
        return _TAB
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _drawn(text: str) -> str:
    return "".join(" " * _TAB if char == "\t" else char if _is_drawn(char) else "?" for char in text)


def _is_drawn(char: str) -> bool:
    return char.isprintable() or char == _WIDE_SPACE or unicodedata.category(char) == "Zs"


def _blank(char: str) -> str:
    cells = _cells(char)
    return _WIDE_SPACE if cells == 2 else " " * cells  # noqa: PLR2004 - cells of a wide character


def _clean(text: str) -> str:
    """Keep a text on its line, and its control characters away from the terminal."""
    return "".join(char if _is_drawn(char) else f"\\u{ord(char):04x}" for char in text)
