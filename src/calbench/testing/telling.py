"""What the plugin says at the terminal, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.cli.text import table
from calbench.cli.wording import language
from calbench.testing.differing import Difference

MOST = 40
"""How many differences are shown; how many more there are is said."""
OPTION = "--update-golden-records"
WORDS: Mapping[str, Mapping[str, str]] = {
    "point": {"en": "point", "zh": "测量点"},
    "field": {"en": "field", "zh": "字段"},
    "expected": {"en": "expected", "zh": "预期"},
    "got": {"en": "got", "zh": "实得"},
    "differs": {
        "en": "{name} comes to another record than {path} ({number} differences):",
        "zh": "{name} 的记录与 {path} 不一致（{number} 处差异）：",
    },
    "more": {"en": "… and {number} more", "zh": "……另有 {number} 处"},
    "accept": {
        "en": f"If that is meant, run pytest {OPTION}, and read what it changes in the file.",
        "zh": f"若属有意更改，请运行 pytest {OPTION}，并查看文件中的改动。",
    },
    "missing": {
        "en": f"There is no golden record {{path}}. pytest {OPTION} writes it; read it before you keep it.",
        "zh": f"没有基线记录 {{path}}。可用 pytest {OPTION} 写入；保存前请先查看。",
    },
    "twice": {
        "en": "Two runs of these tests want to write {path}, and differ. Give each a file of its own.",
        "zh": "本次测试中有两次运行要写入 {path}，且内容不同。请为每次运行指定各自的文件。",
    },
    "written": {"en": "golden records that were written", "zh": "已写入的基线记录"},
    "unchanged": {"en": "golden records that are as they were", "zh": "未改变的基线记录"},
    "refused": {"en": "The plan is refused:", "zh": "计划被拒绝："},
}


def word(key: str, **values: object) -> str:
    """Give a sentence in the language of the terminal, with its values filled in."""
    return WORDS[key][language()].format(**values)


def told(name: str, path: str, found: Sequence[Difference]) -> str:
    """Tell the differences of a run from its golden record: a table of at most `MOST` rows, and what to do."""
    heads = tuple(word(key) for key in ("point", "field", "expected", "got"))
    rows = [(one.where, one.field, _cell(one.expected), _cell(one.got)) for one in found[:MOST]]
    parts = [word("differs", name=name, path=path, number=len(found)), "", table(heads, rows)]
    if len(found) > MOST:
        parts.append(word("more", number=len(found) - MOST))
    return "\n".join([*parts, "", word("accept")])


def _cell(text: str | None) -> str:
    return "–" if text is None else text
