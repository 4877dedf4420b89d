"""The report of a proof as one page of HTML: no scripts, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

from html import escape
from pathlib import Path

from calbench.proof import telling
from calbench.proof.plots import coverage, histogram, ratios
from calbench.proof.report import Report
from calbench.proof.telling import Grid
from calbench.proof.wording import Language, word

_STYLE = Path(__file__).parent / "proof.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TAGS = {"en": "en", "zh": "zh-Hans"}


def page(report: Report, language: Language) -> str:
    """Set a report as a page."""
    title = word("title", language)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{_TAGS[language]}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # nothing in this page may load or run anything, whatever a text in it says
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(title)}: {escape(report.procedure)}</title>",
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>",
        "</head>",
        "<body><main>",
        f'<p class="simulated">{escape(word("simulated", language))}</p>',
        f"<h1>{escape(title)}</h1>",
        *(f"<p>{escape(line)}</p>" for line in telling.heading(report, language)),
        _conclusion(report, language),
        *(f'<p class="notice">{escape(note)}</p>' for note in telling.notes(report, language)),
        _table(telling.tests(report, language)),
        coverage(report, language),
        ratios(report, language),
        *(histogram(test, language) for test in report.tests if test.histogram),
        _table(telling.decisions(report, language)),
        _table(telling.points(report, language)),
        _method(report, language),
        _draws(report, language),
        "</main></body>",
        "</html>",
        "",
    ]
    return "\n".join(part for part in parts[:-1] if part) + "\n"


def _conclusion(report: Report, language: Language) -> str:
    said = escape(telling.conclusion(report, language))
    colon = "：" if language == "zh" else ": "
    title = escape(word("conclusion", language))
    return f'<p class="conclusion {_class(report)}">{title}{colon}<strong>{said}</strong></p>'


def _class(report: Report) -> str:
    found = report.worst
    if found == "wasteful" and report.expected:
        return "expected"
    return "honest" if found == "kept" else found


def _table(grid: Grid) -> str:
    if not grid.rows:
        return ""
    classes = ["right" if place in grid.right else "left" for place in range(len(grid.header))]
    head = "".join(
        f'<th scope="col" class="{name}">{escape(text)}</th>'
        for name, text in zip(classes, grid.header, strict=True)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(f'<td class="{name}">{escape(cell)}</td>' for name, cell in zip(classes, row, strict=True))
        + "</tr>"
        for row in grid.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    return f'<section><h2>{escape(grid.title)}</h2>\n<div class="scroll">{table}</div></section>'


def _method(report: Report, language: Language) -> str:
    items = "\n".join(f"<li>{escape(text)}</li>" for text in telling.method(report, language))
    return f"<section><h2>{escape(word('how', language))}</h2>\n<ul>\n{items}\n</ul></section>"


def _draws(report: Report, language: Language) -> str:
    rows = [[one.influence, one.u, one.shape] for one in report.draws]
    header = [word(name, language) for name in ("influence", "std", "shape")]
    return _table(Grid(word("draws", language), header, rows, frozenset({1})))
