"""What the YAML parser and the eye trip over: characters, tabs and marks in wrong places."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from calbench.authoring.source import Source
from calbench.authoring.suggestions import listed, shown
from calbench.errors import Problem

_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_INDENTED_BY_TAB = re.compile(r"( *)\t[ \t]*([^\s#]?)")
_MOST = 20


class _Known(NamedTuple):
    """One message of the parsers (libyaml or the pure one) and what it means."""

    pattern: re.Pattern[str]
    message: str
    mend: str
    at_start: bool = False  # point at what is unfinished, not at where that was noticed
    rule: str = "Y004"


def _known(pattern: str, message: str, mend: str, *, at_start: bool = False, rule: str = "Y004") -> _Known:
    return _Known(re.compile(pattern), message, mend, at_start, rule)


_KNOWN = (
    _known(
        r"maximum nesting depth",  # libyaml stops by itself, at its own limit, before it hands out an event
        "the file is nested deeper than 100 levels, the most that is read",
        "check for brackets that are not closed",
        rule="Y013",
    ),
    _known(
        r"mapping values are not allowed",
        "a ':' stands where no key can be",
        "put text that holds ': ' in quotes, or check the indentation",
    ),
    _known(
        r"sequence entries are not allowed",
        "a '-' stands where no list can begin",
        "begin the list on a new line",
    ),
    _known(r"could not find expected ':'", "this line has no ':'", "write it as 'key: value'", at_start=True),
    _known(
        r"expected ',' or ']'",
        "the '[' of line {line}, column {column} is not closed by a ']'",
        "close it, put ',' between its entries, and put text with , : [ ] {{ }} in quotes",
    ),
    _known(
        r"expected ',' or '}'",
        "the '{{' of line {line}, column {column} is not closed by a '}}'",
        "close it, put ',' between its entries, and put text with , : [ ] {{ }} in quotes",
    ),
    _known(
        r"unexpected end of stream",
        "the quote that opens here is never closed",
        "close it; within '…' a quote is written twice",
        at_start=True,
    ),
    _known(
        r"unexpected document (indicator|separator)",
        "the quote that opens here is not closed before '---' or '...'",
        "close it",
        at_start=True,
    ),
    _known(
        r"expected '-' indicator|while parsing a block collection.*expected <block end>",
        "this is no entry of the list that begins at line {line}, and no part of one",
        "begin it with '- ', or check the indentation",
    ),
    _known(
        r"did not find expected key|expected <block end>",
        "this does not continue the block of keys that begins at line {line}, column {column}",
        "check the indentation; put text that begins with a quote or a bracket in quotes as a whole",
    ),
    _known(
        r"expected '?<document start>",
        "this stands after the end of the document",
        "check the indentation and the brackets before it",
    ),
    _known(
        r"node content.* at the end",
        "the file ends where a value is needed",
        "write the value, and close the brackets before it",
    ),
    _known(
        r"expected (the )?node content", "a value is missing before this", "write a value, or remove the mark"
    ),
    _known(
        r"unknown escape character",
        "a backslash in double quotes begins an escape that does not exist",
        "write \\\\ for a backslash, or use single quotes",
    ),
    _known(
        r"hexdecimal|hexadecimal|Unicode character escape|chr\(\)",
        "this escape is no character",
        "write the character itself",
    ),
    _known(
        r"while scanning an? (alias|anchor)",
        "'*' and '&' have a meaning of their own at the start of a value",
        "put the text in quotes",
    ),
    _known(
        r"comment or (a )?line break|chomping or indentation|indentation indicator",
        "nothing but a line break may follow '|' or '>'",
        "begin the text on the next line, indented; or put it in quotes",
    ),
    _known(r"tab character", "a tab stands where YAML allows spaces only", "replace the tab by spaces"),
    _known(
        r"incompatible YAML document",
        "files are read as YAML 1.2, and as no other",
        "remove this line",
        rule="Y016",
    ),
    _known(r"directive", "a line that begins with '%' is a directive to the YAML parser", "remove this line"),
    _known(
        r"scanning a tag|parsing a tag|tag handle",
        "'!' at the start of a value is a tag",
        "put the text in quotes",
    ),
)


def control_problems(source: Source) -> list[Problem]:
    """Find characters that no file may hold: controls, and those that hide or reorder text (Y002)."""
    problems = []
    for match in _REFUSED.finditer(source.text):
        line, column = source.position(match.start())
        message = (
            f"the character U+{ord(match[0]):04X} is not allowed: it is not seen, but changes what is read"
        )
        problems.append(Problem(source.file, line, column, "Y002", message, "remove it"))
        if len(problems) == _MOST:
            break
    return problems


def syntax_problems(
    source: Source, failure: Exception | None, many_lined: list[tuple[int, int]]
) -> list[Problem]:
    """Put a failure of the parser into words (Y004), and find tabs in the indentation (Y003).

    Args:
        source: The text.
        failure: what the parser raised, or None if it came to the end.
        many_lined: the second line of each scalar over lines, and the first after it: tabs are text there.
    """
    problem, unfinished = _failed(source, failure) if failure is not None else (None, 0)
    lines = _tabbed(source, many_lined, problem.line if problem else 0)
    if problem is not None and problem.line not in lines:
        last = unfinished or problem.line
        lines = [line for line in lines if line < last]
    elif problem is not None:
        problem = None
    found = [problem] if problem is not None else []
    if lines:
        others = [str(line) for line in lines[1:]]
        also = f" (also line {listed(others, 'and')})" if others else ""
        column = source.line(lines[0]).index("\t") + 1
        message = f"a tab in the indentation{also}; where a tab ends depends on the editor"
        found.append(Problem(source.file, lines[0], column, "Y003", message, "indent with spaces"))
    return found


def _tabbed(source: Source, many_lined: list[tuple[int, int]], failed: int) -> list[int]:
    if "\t" not in source.text:
        return []
    inside = {line for first, last in many_lined for line in range(first, last)}
    found = []
    for number, line in enumerate(source.lines, start=1):
        match = _INDENTED_BY_TAB.match(line)
        if match and number not in inside and (match[2] or number == failed):
            found.append(number)
    return found


def _failed(source: Source, failure: Exception) -> tuple[Problem, int]:
    """Give the problem, and the line from which on the text belongs to something unfinished (0: nothing)."""
    mark: Any = getattr(failure, "problem_mark", None)
    start: Any = getattr(failure, "context_mark", None) or mark
    reason = str(getattr(failure, "problem", None) or failure)
    context = str(getattr(failure, "context", None) or "")
    if not isinstance(failure, yaml.MarkedYAMLError) or mark is None:
        message = f"the text is not well-formed YAML: {shown(reason)}"
        return Problem(source.file, 1, 1, "Y004", message, "put text with special characters in quotes"), 0
    line, column = _within(source, mark.line + 1, mark.column + 1)
    char = source.line(line)[column - 1 : column]
    if "cannot start any token" in reason and char == "\t":
        reason = "tab character"
    elif "cannot start any token" in reason:
        message, mend = f"a value cannot begin with {shown(char)}", "put the text in quotes"
        return Problem(source.file, line, column, "Y004", message, mend), 0
    if mark.index >= len(source.text) or "<stream end>" in reason:
        reason += " at the end"
    known = next((known for known in _KNOWN if known.pattern.search(f"{context}: {reason}")), None)
    if known is None:
        message = f"the text is not well-formed YAML here: {reason}"
        return Problem(
            source.file, line, column, "Y004", message, "put text with special characters in quotes"
        ), 0
    begun = _within(source, start.line + 1, start.column + 1)
    message = known.message.format(line=begun[0], column=begun[1])
    if known.at_start or mark.index >= len(source.text):
        line, column = begun
    unfinished = start.line + 2 if known.at_start else 0
    return Problem(source.file, line, column, known.rule, message, known.mend.format()), unfinished


def _within(source: Source, line: int, column: int) -> tuple[int, int]:
    """Give a place that is in the text: the end of the text is shown at its last line with anything on it."""
    if line <= len(source.lines) and source.line(line):
        return line, min(column, len(source.line(line)) + 1)
    while line > 1 and not source.line(line).strip():
        line -= 1
    return line, max(1, len(source.line(line)))
