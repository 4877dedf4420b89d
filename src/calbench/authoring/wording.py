"""Structure errors in words for people who write no programs.

| rule | what is wrong |
|---|---|
| S001 | another kind of value: a list instead of a text, and so on |
| S002 | a key is missing |
| S003 | an unknown key |
| S004 | a word that is not one of the choices |
| S005 | not a number, or not a whole number |
| S006 | neither true nor false |
| S007 | a number outside of its bounds |
| S008 | too few or too many entries or characters |
| S009 | a text, date or time that is not in the form it needs |
| S010 | none of the kinds that may stand here |
| S011 | a rule of the field itself: a quantity, an expression, a name |
| S012 | nothing is written where a value is needed |
| S099 | anything else |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_args

from pydantic_core.core_schema import ErrorType

from calbench.authoring.branches import WRONG_KIND, Issue
from calbench.authoring.located import Located, Node, label, written
from calbench.authoring.suggestions import closest, listed, mend, shown
from calbench.authoring.tracing import allowed_keys
from calbench.documents.procedure import Test

_OF_PYDANTIC = frozenset(get_args(ErrorType))
_CHOICE = re.compile(r"'((?:[^'\\]|\\.)*)'|(-?[0-9]+)")
_WANTED: dict[type, str] = {dict: "a block of keys", list: "a list", str: "a text"}
_WANTED_BY_TYPE = {
    "int_type": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "bool_type": "true or false",
    "date_type": "a date",
    "datetime_type": "a date with time",
    "time_type": "a time of day",
    "time_delta_type": "a duration",
    "whole_number": "a whole number",
    "exact_number": "a number",
    "truth_value": "true or false",
}
_MEND_KIND = {
    "a list": "write [a, b] on one line, or each entry on a line that begins with '- '",
    "a block of keys": "write 'key: value' lines, indented below it",
    "a text": "write one value, without '- ' and without keys",
}
_LIMIT = "write mpe: and its expression, or evaluate: {value: error, limit: NAME} for one of limits"
_OF_A_TEST = dict.fromkeys(
    ("limit", "limits", "max_error", "tolerance"), _LIMIT
)  # what is meant has another name
_RULES: tuple[tuple[str, str], ...] = (  # the first pattern that is found in the type decides
    (r"^truth_value$|^bool_parsing$", "S006"),
    (r"^(whole|exact)_number$|^(int|float|decimal)_|finite_number", "S005"),
    (r"greater_than|less_than|multiple_of", "S007"),
    (r"too_short|too_long", "S008"),
    (r"^(date|time|timezone|datetime|string|url|uuid|bytes|complex)_|^pattern", "S009"),
    (r"union_tag", "S010"),
    (r"value_error|assertion_error|predicate_failed", "S011"),
)


class Wording(NamedTuple):
    """What a problem says."""

    rule: str
    message: str
    mend: str = ""


def word(issue: Issue, located: Located) -> Wording:  # noqa: PLR0911 - one return per form of sentence
    """Put an issue into words."""
    node = located.node(issue.path)
    if issue.type == "missing":
        return _missing(issue, located)
    if issue.type == "extra_forbidden":
        return _unknown(issue, located)
    if issue.others:
        return _none_fits(issue, node)
    if node is not None and node.value is None and not issue.in_key:
        wanted = wanted_by(issue)
        what = f"; {wanted} is needed" if wanted else ""
        where = f"for {shown(label(issue.path))}" if issue.path else "in the file"
        return Wording(
            "S012",
            f"nothing is written {where}{what}",
            "write a value, or remove the key",
        )
    if issue.type in WRONG_KIND and not _is_choice(issue, node):
        return _kind(issue, node)
    if issue.type in _CHOICES:
        return _choice(issue, node)
    return _of_field(issue, node)


def wanted_by(issue: Issue) -> str:
    """Give what an issue asks for, as in `a list` or `one of a, b`; "" if that is not known."""
    if issue.type in ("literal_error", "enum"):
        choices = choices_of(issue)
        return f"{'one of ' if len(choices) > 1 else ''}{listed(choices)}"
    if issue.type in _WANTED_BY_TYPE:
        return _WANTED_BY_TYPE[issue.type]
    kinds = WRONG_KIND.get(issue.type)
    return _WANTED[kinds[0]] if kinds else ""


def choices_of(issue: Issue) -> list[str]:
    """Give the words that are allowed, from pydantic's list of them."""
    expected = str(issue.context.get("expected") or issue.context.get("expected_tags") or "")
    return [match[1] or match[2] for match in _CHOICE.finditer(expected)]


def suggested_key(issue: Issue, located: Located) -> str | None:
    """Give the key that an unknown key was probably meant to be; one that is not there yet comes first."""
    parent = located.node(issue.path[:-1])
    given = set(parent.children) if parent else set()
    key, allowed = str(issue.path[-1]), _allowed(issue)
    return closest(key, [name for name in allowed if name not in given]) or closest(key, allowed)


def _allowed(issue: Issue) -> list[str]:
    if issue.choices is not None:
        return list(issue.choices)
    return allowed_keys(issue.owner) if issue.owner else []


def _missing(issue: Issue, located: Located) -> Wording:
    parent = issue.path[:-1]
    line = located.place(parent, "key").line
    where = f"in '{written(parent)}', which begins at line {line}" if parent else "in the file"
    return Wording(
        "S002", f"the key {shown(issue.path[-1])} is missing {where}", f"add '{issue.path[-1]}: …'"
    )


def _unknown(issue: Issue, located: Located) -> Wording:
    key = str(issue.path[-1])
    message = f"unknown key {shown(key)}"
    if _cut_by_comma(issue, located):
        return Wording(
            "S003", message, "a ',' ends a value within { } and [ ]: put the text before it in quotes"
        )
    if (elsewhere := _OF_A_TEST.get(key)) is not None and issue.owner is Test:
        return Wording("S003", message, elsewhere)
    match = suggested_key(issue, located)
    return Wording("S003", message, f"did you mean {shown(match)}?" if match else mend(key, _allowed(issue)))


def _cut_by_comma(issue: Issue, located: Located) -> bool:
    """Tell whether the key is the second half of a text with a comma: `{limit: min(a, b)}`."""
    parent, node = located.node(issue.path[:-1]), located.node(issue.path)
    if parent is None or node is None or node.value is not None:
        return False
    before = ""
    for step, child in parent.children.items():
        if step == issue.path[-1]:
            return before.count("(") > before.count(")")
        before = child.value if isinstance(child.value, str) else before if child.value is None else ""
    return False


def _none_fits(issue: Issue, node: Node | None) -> Wording:
    every = (issue, *issue.others)
    wanted = list(dict.fromkeys(filter(None, (wanted_by(one) for one in every))))
    if any(not wanted_by(one) for one in every):
        particular = next(one for one in every if not wanted_by(one))
        return _of_field(particular, node)
    words = [choice for one in every for choice in choices_of(one)]
    text = node.value if node is not None and isinstance(node.value, str) else ""
    match = closest(text, words) if text and words else None
    help_ = f"did you mean {shown(match)}?" if match else _MEND_KIND.get(wanted[0], f"write {wanted[0]}")
    return Wording("S010", f"{shown(label(issue.path))} must be {listed(wanted)}, not {_got(node)}", help_)


def _is_choice(issue: Issue, node: Node | None) -> bool:
    return issue.type in _CHOICES and node is not None and isinstance(node.value, str)


def _kind(issue: Issue, node: Node | None) -> Wording:
    wanted = wanted_by(issue)
    name = shown(label(issue.path)) if issue.path else "the file"
    return Wording(
        "S001", f"{name} must be {wanted}, not {_got(node)}", _MEND_KIND.get(wanted, f"write {wanted}")
    )


def _got(node: Node | None) -> str:
    if node is None:
        return "what stands here"
    return f"the text {shown(node.value)}" if isinstance(node.value, str) else node.kind


_CHOICES = ("literal_error", "enum", "union_tag_invalid", "union_tag_not_found")


def _choice(issue: Issue, node: Node | None) -> Wording:
    choices = choices_of(issue)
    rule = "S010" if issue.type.startswith("union_tag") else "S004"
    if issue.type == "union_tag_not_found":
        key = str(issue.context.get("discriminator", "")).strip("'")
        return Wording(rule, f"the key {shown(key)} is missing, which says what this is", f"add '{key}: …'")
    if issue.in_key:
        value = str(issue.path[-1])
    else:
        value = str(issue.context.get("tag", node.value if node is not None else ""))
    match = closest(value, choices)
    message = f"{shown(value)} is not one of {', '.join(choices)}"
    if len(choices) == 1:
        message = f"{shown(label(issue.path))} is {shown(value)}; it can only be {choices[0]}"
    return Wording(rule, message, f"did you mean {shown(match)}?" if match else f"write {listed(choices)}")


def _of_field(issue: Issue, node: Node | None) -> Wording:
    context = issue.context
    rule = next((rule for pattern, rule in _RULES if re.search(pattern, issue.type)), "S099")
    name = shown(label(issue.path)) if issue.path else "the file"
    if issue.type in _SENTENCES:
        message, help_ = _SENTENCES[issue.type](name, context, _got(node))
        return Wording(rule, message, help_)
    error = context.get("error")
    if isinstance(error, Exception):
        message, help_ = words_of(error)
        return Wording(str(getattr(error, "rule", "") or "S011"), message, help_)
    message = issue.message
    if issue.type in _OF_PYDANTIC:
        message = f"{name}: {message[:1].lower()}{message[1:]}"
    return Wording(str(context.get("rule") or rule), message, str(context.get("mend", "")))


def words_of(error: Exception) -> tuple[str, str]:
    """Give message and mend of an error: its attributes of these names, else its text."""
    message = getattr(error, "message", None)
    return (message if isinstance(message, str) else str(error)) or "this is not allowed", str(
        getattr(error, "mend", "") or ""
    )


_Sentence = Callable[[str, Mapping[str, Any], str], tuple[str, str]]


def _bound(relation: str, key: str) -> _Sentence:
    def sentence(name: str, context: Mapping[str, Any], got: str) -> tuple[str, str]:
        value = got.removeprefix("the text ").strip("'")
        return f"{name} is {value}; it must be {relation} {context.get(key)}", ""

    return sentence


def _size(limit: str, key: str, one: str, many: str) -> _Sentence:
    def sentence(name: str, context: Mapping[str, Any], _got: str) -> tuple[str, str]:
        number = context.get(key)
        has = f"; it has {context['actual_length']}" if context.get("actual_length") is not None else ""
        return f"{name} must have {limit} {number} {one if number == 1 else many}{has}", ""

    return sentence


_SENTENCES: Mapping[str, _Sentence] = {
    "greater_than": _bound("greater than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("less than", "lt"),
    "less_than_equal": _bound("at most", "le"),
    "multiple_of": _bound("a multiple of", "multiple_of"),
    "too_short": _size("at least", "min_length", "entry", "entries"),
    "too_long": _size("at most", "max_length", "entry", "entries"),
    "string_too_short": _size("at least", "min_length", "character", "characters"),
    "string_too_long": _size("at most", "max_length", "character", "characters"),
    "string_pattern_mismatch": lambda name, context, got: (
        f"{name} has not the form it needs, {context.get('pattern')}: {got}",
        "",
    ),
}
