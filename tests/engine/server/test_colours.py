"""Colours and sizes of the panel, from its style sheet: readable, and large enough for a finger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "src/calbench/server/static/panel.css").read_text(encoding="utf-8")
LIGHT, DARK = "light", "dark"
TEXT = [
    # text colour, on what: wherever the sheet puts one upon the other
    *((ink, ground) for ink in ("ink", "soft", "link") for ground in ("panel", "ground", "quiet-ground", "field")),
    *((ink, "panel") for ink in ("good", "bad", "warn", "live")),
    *((ink, f"{ink}-ground") for ink in ("good", "bad", "warn", "live")),
    *((ink, ground) for ink in ("ink", "soft") for ground in ("live-ground", "warn-ground", "bad-ground")),
    ("bar-ink", "bar"), ("main-ink", "main"), ("panel", "bad"), ("panel", "live"),
]  # fmt: skip
SHAPES = [("focus", "panel"), ("focus", "ground"), ("soft", "panel"), ("soft", "ground"), ("main", "panel")]


def palette(mode: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)
    assert len(blocks) == 2
    found: dict[str, str] = {}
    for block in blocks[: 1 if mode == LIGHT else 2]:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    return found


def luminance(colour: str) -> float:
    # WCAG 2.2, relative luminance
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    # WCAG 2.2: black on white is 21:1; #767676 on white is the lightest grey with 4.5:1 (WebAIM)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_texts_have_the_contrast_of_level_aa(mode: str) -> None:
    # WCAG 2.2, 1.4.3 (AA): 4.5:1 for text of usual size
    found = palette(mode)
    low = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_focus_and_edges_of_fields_can_be_seen(mode: str) -> None:
    # WCAG 2.2, 1.4.11 (AA): 3:1 for what must be seen to use a control
    found = palette(mode)
    low = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


def test_fixed_colours_have_the_contrast_too() -> None:
    # the alarm and ABORT are the same in both modes
    fixed = re.findall(
        r"\.(?:danger|alarm)[^{]*\{[^}]*background: (#[0-9a-f]{6})[^}]*?[; ]color: (#[0-9a-f]{3,6})", CSS
    )
    assert len(fixed) == 2
    for ground, ink in fixed:
        full = ink if len(ink) == 7 else "#" + "".join(one * 2 for one in ink[1:])
        assert contrast(ground, full) >= 4.5


def test_what_is_pressed_is_large_enough_for_a_finger() -> None:
    # WCAG 2.2, 2.5.5 (AAA): 44 CSS pixels; boxes lie in a label of that height
    for selector in ("button, .button", "input, select, textarea", "label.check", ".brand", ".bar nav a", ".list a",
                     ".grid thead a", "details summary"):  # fmt: skip
        rules = re.findall(rf"(?m)^{re.escape(selector)} \{{(.*?)\}}", CSS)
        assert any("min-height: 44px" in rule for rule in rules), selector
    assert "button.danger {" in CSS
    assert "min-height: 64px" in re.findall(r"button\.danger \{(.*?)\}", CSS)[0]


def test_nothing_moves_for_who_wants_no_motion() -> None:
    [rule] = re.findall(r"@media \(prefers-reduced-motion: reduce\) \{(.*?)\n\}", CSS, re.DOTALL)
    assert "animation: none !important" in rule
    assert "transition: none !important" in rule
    assert "scroll-behavior: auto !important" in rule


def test_every_colour_that_is_used_is_one_of_the_palette() -> None:
    assert set(re.findall(r"var\(--([a-z-]+)\)", CSS)) <= set(palette(LIGHT))
    assert set(palette(LIGHT)) == set(palette(DARK))
