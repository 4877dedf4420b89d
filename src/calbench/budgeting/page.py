"""The report of a budget as one page of HTML: no scripts, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path

from calbench import __version__
from calbench.budgeting.density import drawing
from calbench.budgeting.outcome import Contribution, Drawn, Outcome, Output, Propagated
from calbench.budgeting.wording import Language, local, say
from calbench.metrology.coverage import MANY_DEGREES

_STYLE = Path(__file__).parent / "page.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TAGS = {"en": "en", "zh": "zh-Hans"}


def report(outcome: Outcome, sha256: str, language: Language) -> bytes:
    """Set the report of an outcome in a language, UTF-8: the same outcome gives the same bytes."""
    title = local(outcome.title, language)
    made = say("made", language, software=f"calbench {__version__}", sha256=sha256)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{_TAGS[language]}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style></head>",
        "<body><main>",
        f'<h1>{escape(title)}</h1><p class="kind">{escape(say("report", language))}</p>',
        *(_output(one, language) for one in outcome.outputs),
        _together(outcome, language),
        _notes(outcome, language),
        f"</main><footer>{escape(made)}</footer></body></html>",
    ]
    return "\n".join(part for part in parts if part).encode("utf-8")


def _output(one: Output, language: Language) -> str:
    parts = [f"<section><h2>{escape(one.name)}</h2>"]
    model = f"{one.name} = {one.expression}"
    head = say("headed", language, head=say("model", language), rest="")
    parts.append(f'<p>{escape(head)}<span class="model">{escape(model)}</span></p>')
    if one.gum is not None:
        parts.append(_propagated(one, one.gum, language))
    if one.mc is not None:
        parts.append(_drawn(one, one.mc, language))
    return "\n".join([*parts, "</section>"])


def _propagated(one: Output, found: Propagated, language: Language) -> str:
    same = one.unit == one.u_unit
    value, U = f"{found.stated.value:f}", f"{found.stated.U:f}"  # noqa: N806 - the symbol of the GUM
    stated = f"({value} ± {U}) {one.unit}" if same else f"{value} {one.unit} ± {U} {one.u_unit}"
    facts = say(
        "gum.facts",
        language,
        u=f"{_number(found.u, language)} {one.u_unit}".rstrip(),
        dof=_dof(found.dof),
        k=f"{found.k:.4g}",
        rule=say(f"rule.{found.rule}", language),
        U=f"{_number(found.U, language)} {one.u_unit}".rstrip(),
        p=f"{found.p:.4g}",
        low=f"{found.low:.9g}",
        high=f"{found.high:.9g}",
        unit=one.unit,
    )
    return (
        f"<h3>{escape(say('gum', language))}</h3>"
        f'<p class="stated">{escape(f"{one.name} = {stated}".rstrip())}</p><p>{escape(facts.rstrip())}</p>\n'
        + _contributions(one, found, language)
    )


def _contributions(one: Output, found: Propagated, language: Language) -> str:
    with_name = any(_name(line, language) for line in found.contributions)
    with_source = any(line.source for line in found.contributions)
    keys = [
        "input",
        *(["name"] if with_name else []),
        "value",
        "u",
        "distribution",
        "kind",
        "dof",
        "sensitivity",
    ]
    keys += ["contribution", "share", *(["source"] if with_source else [])]
    right = {"value", "u", "dof", "sensitivity", "contribution"}
    head = "".join(f'<th scope="col"{_right(key in right)}>{escape(say(key, language))}</th>' for key in keys)
    largest = max((abs(line.share) for line in found.contributions), default=0.0) or 1.0
    rows = "\n".join(_row(one, line, largest, language, keys) for line in found.contributions)
    table = f'<table class="wide"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>'
    return f'<div class="scroll">{table}</div>'


def _name(line: Contribution, language: Language) -> str:
    """Give the name of a line, if it says more than its symbol."""
    name = local(line.name, language)
    return "" if name in (line.input, line.id) else name


def _row(one: Output, line: Contribution, largest: float, language: Language, keys: list[str]) -> str:
    numbers = [
        f"{line.value:.9g} {line.unit}",
        f"{_number(line.u, language)} {line.u_unit}",
    ]
    middle = [say(f"shape.{line.distribution}", language), line.kind]
    last = [
        _dof(line.dof),
        f"{_number(line.sensitivity, language)} {line.sensitivity_unit}",
        f"{_number(line.contribution, language)} {one.u_unit}",
    ]
    wide = 90 * abs(line.share) / largest
    sign = " negative" if line.share < 0 else ""
    bar = f'<span class="bar{sign}" style="width:{wide:.1f}px"></span>' if wide >= 0.05 else ""  # noqa: PLR2004 - a twentieth of a pixel
    cells = [
        f'<td class="symbol">{escape(line.input)}</td>',
        f"<td>{escape(_name(line, language))}</td>" if "name" in keys else "",
        *(f'<td class="right">{escape(text.rstrip())}</td>' for text in numbers),
        *(f'<td class="word">{escape(text)}</td>' for text in middle),
        *(f'<td class="right">{escape(text.rstrip())}</td>' for text in last),
        f'<td class="share">{bar}{line.share:.1f} %</td>',
        f"<td>{escape(local(line.source, language))}</td>" if "source" in keys else "",
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _drawn(one: Output, found: Drawn, language: Language) -> str:
    key = "mc.adaptive" if found.adaptive else "mc.draws"
    draws, seed = f"{found.draws:,}", str(found.seed)
    how = say(key, language, draws=draws, generator=found.generator, seed=seed)
    facts = say(
        "mc.facts",
        language,
        value=f"{_number(found.value, language, 9)} {one.unit}".rstrip(),
        u=f"{_number(found.u, language)} {one.u_unit}".rstrip(),
        p=f"{found.p:.4g}",
        interval=say(f"interval.{found.interval}", language),
        low=f"{found.low:.9g}",
        high=f"{found.high:.9g}",
        unit=one.unit,
    )
    parts = [
        f"<h3>{escape(say('mc', language))}</h3>",
        f"<p>{escape(how)}</p><p>{escape(facts.rstrip())}</p>",
    ]
    if one.validated is not None:
        word = "yes" if one.validated else "no"
        parts.append(f'<p class="{word}">{escape(say(f"valid.{word}", language))}</p>')
    if found.histogram is not None:
        told = say("histogram" if one.gum else "histogram.alone", language, name=one.name, draws=draws)
        picture = drawing(one, found, found.histogram, told)
        parts.append(f"<figure>{picture}<figcaption>{escape(told)}</figcaption></figure>")
    return "\n".join(parts)


def _together(outcome: Outcome, language: Language) -> str:
    names = [one.name for one in outcome.outputs]
    parts = []
    for method, rows in outcome.correlation.items():
        title = say("correlation", language, method=say(method, language))
        head = "".join(f'<th class="right" scope="col">{escape(name)}</th>' for name in names)
        body = "\n".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f'<td class="right">{_number(r, language, 6)}</td>' for r in row)
            + "</tr>"
            for name, row in zip(names, rows, strict=True)
        )
        parts.append(
            f"<h3>{escape(title)}</h3><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
    if outcome.regions:
        items = [
            say(
                f"region.{one.kind}",
                language,
                method=say(one.method, language),
                p=f"{one.p:.4g}",
                k=f"{one.k:.4g}",
            )
            for one in outcome.regions
        ]
        told = "".join(f"<li>{escape(item)}</li>" for item in items)
        parts.append(f"<h3>{escape(say('regions', language))}</h3><ul>{told}</ul>")
    return "\n".join(parts)


def _notes(outcome: Outcome, language: Language) -> str:
    if not outcome.notes:
        return ""
    told = "\n".join(f'<p class="note">{escape(local(note, language))}</p>' for note in outcome.notes)
    return f"<section><h2>{escape(say('notes', language))}</h2>\n{told}</section>"


def _right(to_the_right: bool) -> str:  # noqa: FBT001 - what a cell has
    return ' class="right"' if to_the_right else ""


def _number(value: float, language: Language, digits: int = 4) -> str:
    return say("none", language) if math.isnan(value) else f"{value:.{digits}g}"


def _dof(value: float) -> str:
    return "∞" if value >= MANY_DEGREES else f"{value:.4g}"
