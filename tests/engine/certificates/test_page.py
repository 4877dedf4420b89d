"""The page, read by the standard library's HTML parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.html import page
from calbench.certificates.wording import LANGUAGES, Language
from calbench.documents.record import Record

VOID = {"meta", "rect", "circle", "path", "line", "polyline"}


class Reader(HTMLParser):
    """Collects tags, attributes and text; fails on a tag that does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def read(data: dict[str, Any], language: Language = "en") -> Reader:
    reader = Reader()
    reader.feed(set_page(data, language).decode("utf-8"))
    reader.close()
    assert reader.open == []
    return reader


def set_page(data: dict[str, Any], language: Language = "en") -> bytes:
    return page(assemble(Record.model_validate(data), "0" * 64, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_file_that_loads_and_runs_nothing(dmm_data: dict[str, Any], language: Language):
    reader = read(dmm_data, language)
    assert not {"script", "link", "img", "iframe", "object", "a", "base", "form"} & set(reader.tags)
    assert not [each for each in reader.attributes if each[1] in ("src", "href") or each[1].startswith("on")]
    text = set_page(dmm_data, language).decode("utf-8")
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_the_language_is_declared(dmm_data: dict[str, Any]):
    # BCP 47: the script, so that a browser takes Simplified glyphs
    assert ("html", "lang", "en") in read(dmm_data, "en").attributes
    assert ("html", "lang", "zh-Hans") in read(dmm_data, "zh").attributes


def test_the_same_record_gives_the_same_bytes(dmm_data: dict[str, Any]):
    assert set_page(dmm_data) == set_page(dmm_data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shown_number_stands_in_its_cell(dmm_data: dict[str, Any], language: Language):
    texts = read(dmm_data, language).text
    for result in dmm_data["results"]:
        shown = result["shown"]
        names = ("nominal", "reference", "indication", "error", "expanded", "k")
        assert all(shown[name] in texts for name in names if shown.get(name))
    assert {"±47", "+6.3"} <= set(texts)


def test_text_of_a_record_is_never_markup(dmm_data: dict[str, Any]):
    hostile = "<script>alert(1)</script><img src=x onerror='y'>\"'&amp;"
    dmm_data["uut"]["serial"] = hostile
    dmm_data["uut"]["<b>key"] = hostile
    dmm_data["run"]["id"] = hostile
    dmm_data["run"]["operator"] = hostile
    dmm_data["plan"]["laboratory"]["name"] = hostile
    dmm_data["tests"][0]["title"] = {"en": hostile}
    dmm_data["results"][0]["shown"]["unit"] = {"en": hostile}
    dmm_data["results"][-1]["answer"] = hostile
    dmm_data["results"][0]["budget"][0]["name"] = {"en": hostile}
    reader = read(dmm_data)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert "b" not in reader.tags
    assert reader.text.count(hostile) >= 5


def test_simulated_lies_across_the_page_and_at_its_top(dmm_data: dict[str, Any]):
    assert "SIMULATED 模拟数据" not in read(dmm_data).text
    dmm_data["plan"]["simulated"] = {"seed": 7, "clock": "virtual"}
    reader = read(dmm_data)
    assert reader.text.count("SIMULATED 模拟数据") == 2
    assert ("div", "class", "watermark") in reader.attributes
    style = set_page(dmm_data).decode("utf-8")
    assert re.search(r"\.watermark \{ position: fixed", style)
    assert any("seed 7, virtual clock" in text for text in reader.text)


def test_a_plot_is_drawn_with_limits_bars_and_shapes(dmm_data: dict[str, Any]):
    reader = read(dmm_data)
    assert reader.attributes.count(("svg", "class", "plot")) == 2
    assert reader.attributes.count(("line", "class", "limit")) == 4
    # 19 results with U, one of them beyond the scale: an arrow stands for its bar
    assert reader.attributes.count(("path", "class", "bar")) == 18
    assert reader.attributes.count(("polyline", "class", "arrow")) == 1
    # one triangle for the point, one for the legend, of each kind of indeterminate; they differ in shape
    shapes = {value for tag, name, value in reader.attributes if tag == "path" and name == "d" and value}
    assert {"M0 -6L6 6L-6 6Z", "M0 6L6 -6L-6 -6Z"} <= shapes
    assert ("svg", "role", "img") in reader.attributes
