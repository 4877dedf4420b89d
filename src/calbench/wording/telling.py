"""What the program says in English, in Chinese: refusals of plans, problems of files, answers of runs.

They come from all stages, and from other processes, as sentences. Tables hold each as a template in both languages;
what no table knows stands as it was written. A slot is a name, number or quotation and stays as it is, but for those
named here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

DEEPEST = 4
"""How often a message may stand within another one."""
SENTENCES = ("count", "error", "found", "hint", "kind", "message", "rest", "why")
"""Slots that hold a sentence of their own."""
PHRASES = ("dimension", "got", "other_shape", "shape", "subject", "thing", "view", "wanted")
"""Slots that hold words of the program: what a value is, what is needed, what something is called."""
LISTS = {"any_of": "或", "all_of": "和", "others": "和"}
"""Slots that hold such words or names with commas between them, and what stands before the last one."""
TYPED = "typed"
"""The slot for what an author is to type."""
_SLOT = re.compile(r"\{(\w+)\}")
_GIVES = re.compile(r"(\S+) gives (\S)")
_BY_HAND = ("keyboard (the role has no fallback: keyboard)", "键盘（该角色没有 fallback: keyboard）")
_WORDS = {"none": "无", "nothing": "无", "unknown": "未知", "no answer": "无回答", "somebody": "某人"}
_PROSE = re.compile(r"[A-Za-z]+ [a-z]{2,}| (or|and) ")
_BARE = re.compile(r"[A-Za-z]+")
_BETWEEN = re.compile(r", | or | and ")
_HAN = "[\u4e00-\u9fff]"
_TOUCHING = re.compile(f"(?<={_HAN})\x00(?=[A-Za-z0-9$])|(?<=[A-Za-z0-9])\x00(?={_HAN})")
_APART = re.compile(f"(?<={_HAN}) \x00(?=[“{_HAN[1:-1]}])|(?<=[”{_HAN[1:-1]}])\x00 (?={_HAN})")


class Told(NamedTuple):
    """A template in both languages that a text is made by, and what stands in its slots."""

    english: str
    chinese: str
    slots: Mapping[str, str]


def in_chinese(text: str) -> str:
    """Give a message in Chinese, line by line; what no table has stands as it was written."""
    return "\n".join(_line(line) for line in text.split("\n"))


def wholly_in_chinese(text: str) -> str | None:
    """Give a message in Chinese; None where a part of it that is of the program is in no table."""
    return _told(text, DEEPEST)


def readings_of(text: str) -> Iterator[Told]:
    """Give the templates that a text can be made by, the one that says most about it first."""
    for one in _templates():
        slots = one.slots_of(text)
        if slots is not None:
            yield Told(one.english, one.chinese, slots)


def templates() -> Iterator[tuple[str, str]]:
    """Give every template, in English and in Chinese."""
    from calbench.wording import checking, refusing  # noqa: PLC0415 - large, and only who reads Chinese needs them

    for table in (*refusing.TABLES, *checking.TABLES):
        yield from table


def _line(line: str) -> str:
    said = line.strip()
    found = _told(said, DEEPEST) or _partly(said) or said
    return line[: len(line) - len(line.lstrip())] + found


def _told(text: str, deep: int) -> str | None:
    """Give a sentence in Chinese; None where a part of it that is a sentence is in no table."""
    if text in _WORDS:
        return _WORDS[text]
    for one in readings_of(text) if deep else ():
        inner = {name: _inner(name, said, deep) for name, said in one.slots.items()}
        if None not in inner.values():
            return _filled(one.chinese, {name: said or "" for name, said in inner.items()})
    return None


def _partly(text: str) -> str | None:
    """Give a sentence of which a part stays in English."""
    one = next(readings_of(text), None)
    if one is None:
        return None
    return _filled(
        one.chinese, {name: _inner(name, said, DEEPEST) or said for name, said in one.slots.items()}
    )


def _filled(chinese: str, slots: Mapping[str, str]) -> str:
    """Fill in a template, with a space between what is Chinese and what is not, and none between what is."""
    whole = _SLOT.sub(lambda slot: f"\0{slots[slot[1]]}\0", chinese)
    return _APART.sub("", _TOUCHING.sub(" ", whole)).replace("\0", "")


def _inner(name: str, said: str, deep: int) -> str | None:
    """Give what stands in a slot in Chinese; None for a sentence that no table has."""
    if name == "has":
        gives = _GIVES.sub(r"\1 提供 \2", said).replace(*_BY_HAND)
        return gives.replace("提供 nothing", "提供 无").replace("none", "无")
    if name in SENTENCES:
        return _told(said, deep - 1)
    if name in LISTS:
        return _listed(said, LISTS[name], deep)
    if name in PHRASES:
        return _told(said, deep - 1) or (None if _PROSE.search(said) or _BARE.fullmatch(said) else said)
    return None if name == TYPED and _PROSE.search(said) else _WORDS.get(said, said)


def _listed(said: str, last: str, deep: int) -> str | None:
    """Give a list in Chinese; None where one of its parts is neither a name nor in a table."""
    items = [(_told(item, deep - 1) if " " in item else None) or item for item in _BETWEEN.split(said)]
    if any(_PROSE.search(item) for item in items):
        return None
    items = [f"“{item[1:-1]}”" if item[:1] == item[-1:] == "'" else item for item in items]
    if len(items) == 1 or items[-1] == "…":
        return "、".join(items)
    return _filled(f"{{first}} {last} {{last}}", {"first": "、".join(items[:-1]), "last": items[-1]})


class _Template:
    """A pair of texts; finds what stands in the slots of the English one in one walk, whatever the text holds."""

    __slots__ = ("_first", "_last", "_slots", "chinese", "english")

    def __init__(self, english: str, chinese: str) -> None:
        self.english, self.chinese = english, chinese
        parts = _SLOT.split(english)
        self._first, self._last = parts[0], parts[-1]
        self._slots = [
            (parts[at], parts[at + 1], 0 if parts[at - 1][-1:] == parts[at + 1][:1] == "'" else 1)
            for at in range(1, len(parts), 2)
        ]

    def slots_of(self, text: str) -> dict[str, str] | None:
        """Give what stands in each slot, as short as can be; None for another text. Quotes may hold nothing."""
        end = len(text) - len(self._last)
        if not self._slots:
            return {} if text == self.english else None
        if end < len(self._first) or not (text.startswith(self._first) and text.endswith(self._last)):
            return None
        given: dict[str, str] = {}
        at = len(self._first)
        for index, (name, after, least) in enumerate(self._slots):
            ends = index == len(self._slots) - 1
            until = end if ends else text.find(after, at + least, end)
            if until < at + least or given.setdefault(name, text[at:until]) != text[at:until]:
                return None
            at = until + len(after)
        return given


@functools.cache
def _templates() -> tuple[_Template, ...]:
    """Give the templates: first those that say of what a sentence is told; then the longest."""
    return tuple(_Template(*one) for one in sorted(templates(), key=_order))


def _order(one: tuple[str, str]) -> tuple[bool, int, int]:
    """Give what templates are sorted by; what is but two sentences one behind the other says nothing of either."""
    slots = _SLOT.findall(one[0])
    free = sum(name not in (*PHRASES, *LISTS) for name in slots)
    about = any(name in SENTENCES for name in slots) and not one[0].startswith(f"{{{slots[0]}}}; ")
    return not about, -len(_SLOT.sub("", one[0])), free
