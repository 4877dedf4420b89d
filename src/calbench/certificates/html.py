"""The certificate as one page of HTML: no scripts, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

from html import escape
from pathlib import Path

from calbench.certificates.content import (
    Block,
    Certificate,
    Code,
    Fields,
    Paragraph,
    Plot,
    Row,
    Section,
    Signatures,
    Table,
)
from calbench.certificates.svg import drawing, marker, modules

_STYLE = Path(__file__).parent / "typeset" / "certificate.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_KINDS = {True: "exact", False: "text"}
_TAGS = {"en": "en", "zh": "zh-Hans"}

LONGEST_WHOLE = 16


def page(content: Certificate) -> bytes:
    """Set a certificate as a page, UTF-8."""
    style = _STYLE.read_text(encoding="utf-8")
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{_TAGS[content.language]}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # nothing in this page may load or run anything, whatever a text in it says
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(content.title)} {escape(content.number)}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        _watermark(content),
        "<main>",
        _head(content),
        *(_section(section) for section in content.sections),
        f'<p class="end">— {escape(content.words["end"])} —</p>',
        "</main>",
        f"<footer>{escape(content.words['number'])} {escape(content.number)}</footer>",
        "</body>",
        "</html>",
    ]
    return "\n".join(part for part in parts if part).encode("utf-8")


def _watermark(content: Certificate) -> str:
    return (
        f'<div class="watermark" aria-hidden="true">{escape(content.simulated)}</div>'
        if content.simulated
        else ""
    )


def _head(content: Certificate) -> str:
    mark = f'<p class="simulated">{escape(content.simulated)}</p>' if content.simulated else ""
    notices = "".join(f'<p class="notice">{escape(notice)}</p>' for notice in content.notices)
    return (
        f"<header>{mark}<h1>{escape(content.title)}</h1>"
        f'<p class="elsewhere">{escape(content.title_elsewhere)}</p>'
        f'<p class="laboratory">{escape(content.laboratory)}</p></header>\n{notices}'
        f'<div class="conclusion {content.verdict}">'
        f"<p><span>{escape(content.words['number'])}</span> {escape(content.number)}</p>"
        f"<p><span>{escape(content.words['verdict'])}</span> "
        f"<strong>{escape(content.verdict_text)}</strong></p>"
        "</div>"
    )


def _section(section: Section) -> str:
    level = section.level + 1
    annex = ' class="annex"' if section.annex else ""
    blocks = "\n".join(_block(block) for block in section.blocks)
    return f"<section{annex}><h{level}>{escape(section.title)}</h{level}>\n{blocks}\n</section>"


def _block(block: Block) -> str:
    match block:
        case Fields():
            return _fields(block)
        case Paragraph():
            return f'<p class="{block.tone}">{escape(block.text)}</p>'
        case Table():
            return _table(block)
        case Plot():
            return _plot(block)
        case Signatures():
            return _signatures(block)
        case Code():
            return _code(block)


def _fields(block: Fields) -> str:
    items = "".join(
        f'<div><dt>{escape(item.label)}</dt><dd class="{_KINDS[item.exact]}">{escape(item.value)}</dd></div>'
        for item in block.items
    )
    return f'<dl class="columns{block.columns}">{items}</dl>'


def _table(block: Table) -> str:
    aligns: list[str] = [column.align for column in block.columns]
    head = "".join(
        f'<th scope="col" class="{column.align}">{escape(column.title)}</th>' for column in block.columns
    )
    rows = "\n".join(_row(row, aligns) for row in block.rows)
    small = ' class="small"' if block.small else ""
    table = f"<table{small}><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _row(row: Row, aligns: list[str]) -> str:
    if row.group:
        return (
            f'<tr><th class="group" scope="rowgroup" colspan="{len(aligns)}">{escape(row.cells[0])}</th></tr>'
        )
    classes = list(aligns)
    if row.verdict is not None:
        classes[-1] += f" verdict {row.verdict}"
    pairs = zip(row.cells, classes, strict=True)
    cells = "".join(f'<td class="{name}{_whole(cell)}">{escape(cell)}</td>' for cell, name in pairs)
    return f"<tr>{cells}</tr>"


def _whole(cell: str) -> str:
    """Keep a date, a number of a certificate or the name of a point on one line: browsers break at hyphens."""
    return " whole" if cell.isascii() and cell and " " not in cell and len(cell) <= LONGEST_WHOLE else ""


def _plot(block: Plot) -> str:
    legend = "".join(f"<span>{marker(entry.verdict)} {escape(entry.text)}</span>" for entry in block.legend)
    off = f"<span>↕ {escape(block.off)}</span>" if block.off else ""
    return f"<figure>{drawing(block)}<figcaption>{escape(block.caption)} {legend}{off}</figcaption></figure>"


def _signatures(block: Signatures) -> str:
    items = "".join(
        f'<div><span>{escape(item.label)}</span><p class="line">{escape(item.value)}</p></div>'
        for item in block.items
    )
    return f'<div class="signatures">{items}</div>'


def _code(block: Code) -> str:
    text = f'<p class="small">{escape(block.caption)}</p><p class="exact">{escape(block.text)}</p>'
    return f'<div class="coded">{modules(block)}<div>{text}</div></div>'
