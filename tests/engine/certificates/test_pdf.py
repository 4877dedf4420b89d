"""The PDF as others read it: pikepdf for its structure, the ToUnicode tables for its text."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.glyphs import FALLBACK, covered, settable
from calbench.certificates.pdf import Attached, pdf
from calbench.certificates.wording import LANGUAGES, Language
from calbench.documents.canonical import canonical, sha256
from calbench.documents.record import Record
from calbench.errors import UsageError

Pages = Callable[[bytes], list[str]]


def typeset(record_bytes: bytes, language: Language) -> bytes:
    record = Record.model_validate_json(record_bytes)
    return pdf(assemble(record, sha256(record_bytes), language), Attached(record_bytes))


kept = cache(typeset)  # typesetting takes longest: once for each record and language


def made(data: dict[str, Any], language: Language = "en") -> tuple[bytes, bytes]:
    record_bytes = canonical(Record.model_validate(data))
    return kept(record_bytes, language), record_bytes


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_carries_the_record_byte_for_byte(dmm_data: dict[str, Any], language: Language):
    setting, record_bytes = made(dmm_data, language)
    with pikepdf.open(io.BytesIO(setting)) as opened:
        assert list(opened.attachments) == ["record.json"]
        attached = opened.attachments["record.json"]
        assert attached.get_file().read_bytes() == record_bytes
        assert attached.get_file().mime_type == "application/json"
        # ISO 19005-3, 6.8: associated with the document, with a stated relationship
        assert [str(each.AFRelationship) for each in opened.Root.AF] == ["/Source"]


def test_it_claims_what_pdfa_3b_asks_for(dmm_data: dict[str, Any]):
    # ISO 19005-3: 6.6.4 identification, 6.2.3 output intent, 6.2.11.4 fonts embedded, 6.1.3 file id, no scripts
    setting, _ = made(dmm_data, "zh")
    with pikepdf.open(io.BytesIO(setting)) as opened:
        # 10:12:44.120 is the end of the run in the record: the date does not depend on when the PDF was made
        assert str(opened.docinfo.CreationDate) == "D:20260105101244Z"
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"
            assert metadata["dc:title"] == "校准证书 20260105-090000-dmm-34401a-1"
        assert opened.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert str(opened.Root.Lang) == "zh"
        assert "/ID" in opened.trailer
        assert "/AcroForm" not in opened.Root
        assert "/OpenAction" not in opened.Root
        fonts = [
            each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/FontFile3" in each
        ]
        assert fonts


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_record_same_bytes(scale_data: dict[str, Any], language: Language):
    record_bytes = canonical(Record.model_validate(scale_data))
    assert typeset(record_bytes, language) == typeset(record_bytes, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_multimeter_with_19_results_takes_at_most_8_pages(
    dmm_data: dict[str, Any], language: Language, pages: Pages
):
    setting, _ = made(dmm_data, language)
    assert len(pages(setting)) <= 8


def test_number_page_and_end_mark_are_where_17025_wants_them(dmm_data: dict[str, Any], pages: Pages):
    # ISO/IEC 17025:2017, 7.8.2.1 d: identification on each page, and a clear identification of the end
    texts = pages(made(dmm_data)[0])
    for number, text in enumerate(texts, start=1):
        assert f"Page{number}of{len(texts)}" in text
        assert "Certificatenumber20260105-090000-dmm-34401a-1" in text
    assert ["Endofcertificate" in text for text in texts] == [False] * (len(texts) - 1) + [True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulated_stands_on_every_page(dmm_data: dict[str, Any], language: Language, pages: Pages):
    assert "SIMULATED" not in "".join(pages(made(dmm_data, language)[0]))
    dmm_data["plan"]["simulated"] = {"seed": 1, "clock": "virtual"}
    texts = pages(made(dmm_data, language)[0])
    # in the header, and across the page
    assert all(text.count("SIMULATED模拟数据") == 2 for text in texts)
    says = {"en": "Alldataonthiscertificatecomefromsimulatedinstruments", "zh": "全部数据来自模拟仪器"}
    assert says[language] in texts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shown_number_and_verdict_is_set(dmm_data: dict[str, Any], language: Language, pages: Pages):
    text = "".join(pages(made(dmm_data, language)[0]))
    for result in dmm_data["results"]:
        shown = result["shown"]
        names = ("reference", "indication", "error", "expanded", "k")
        assert all(shown[name] in text for name in names if name in shown)
    assert {"en": "fail", "zh": "不合格"}[language] in text
    assert "20260105-090000-dmm-34401a-1" in text
    assert "9f3c1a7be2d04c5586aa10f4e7b2c3d4915e6f708192a3b4c5d6e7f8091a2b3c" in text


HOSTILE = (
    '#panic("x")',
    "#import sys: *",
    "$ x^2 $ *bold* _it_ `raw` @label <label> [a](b) // comment /* c */",
    '"; #read("/etc/passwd"); "',
    "\\u{1F600} \\n {{7*7}} ${x} %n",
    "= heading",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_typst_source_in_a_record_is_set_as_text(dmm_data: dict[str, Any], text: str, pages: Pages):
    dmm_data["uut"]["serial"] = text
    dmm_data["run"]["operator"] = text
    dmm_data["results"][-1]["answer"] = text
    dmm_data["tests"][0]["title"] = {"en": text}
    joined = "".join(pages(made(dmm_data)[0]))
    assert joined.count("".join(text.split())) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_leaves_the_margins(
    dmm_data: dict[str, Any],
    scale_data: dict[str, Any],
    language: Language,
    right_ends: Callable[[bytes], list[float]],
):
    dmm_data["uut"]["serial"] = "W" * 100
    dmm_data["identified"][0]["role"] = "environment.temperature"
    dmm_data["plan"]["standards"][0]["certificate_number"] = "W" * 30
    dmm_data["results"][3]["id"] = "dcv/1V/a-very-long-name-of-a-point-and-more"
    dmm_data["results"][-1]["answer"] = "W" * 90
    for data in (dmm_data, scale_data):
        # A4 is 595.28 pt wide, the margin 18 mm: 51.02 pt; a trailing space may hang over
        assert max(right_ends(made(data, language)[0])) <= 595.28 - 51.02 + 3


def test_a_long_word_breaks_without_a_character_more(dmm_data: dict[str, Any], raw_pages: Pages):
    word = "X" * 300
    dmm_data["uut"]["serial"] = word
    dmm_data["identified"][0]["serial"] = word
    assert "".join(raw_pages(made(dmm_data)[0])).count(word) == 2


def test_what_no_font_has_is_set_as_its_code_point(dmm_data: dict[str, Any], pages: Pages):
    # PDF/A forbids .notdef, so that typst refuses the document
    dmm_data["uut"]["serial"] = "A\U0001f600B"
    dmm_data["run"]["operator"] = "김 Łukasz"
    dmm_data["uut"]["model"] = "A\u202egnp"
    text = "".join(pages(made(dmm_data)[0]))
    assert "A[U+1F600]B" in text
    assert "[U+AE40]Łukasz" in text
    assert "A[U+202E]gnp" in text


def test_every_character_said_to_be_in_the_fallback_font_is(dmm_data: dict[str, Any], pages: Pages):
    every = "".join(chr(code) for first, last in FALLBACK for code in range(first, last + 1))
    dmm_data["uut"]["owner"] = every
    text = "".join(pages(made(dmm_data)[0]))
    assert "ŁłŃńŅņ" in text
    assert "⁻" in text


def test_what_a_font_covers_is_read_from_the_font():
    import pylopdf_fonts_zh_cn

    font = pylopdf_fonts_zh_cn.sans_path()
    assert settable("校准 Ω µ ° ± é ▲", font) == "校准 Ω µ ° ± é ▲"
    assert settable("e\u0301", font) == "é"
    assert settable("ש\u2009", font) == "[U+05E9][U+2009]"
    ranges = covered(font)
    assert list(ranges) == sorted(ranges)


@pytest.mark.parametrize("name", ["typst", "pylopdf_fonts_zh_cn"])
def test_a_missing_package_is_named_with_the_way_to_install_it(
    dmm_data: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setitem(sys.modules, name, None)
    record_bytes = canonical(Record.model_validate(dmm_data))
    with pytest.raises(UsageError, match=rf"{name}(.|\n)*pip install \"calbench\[pdf\]\""):
        typeset(record_bytes, "en")


def test_a_plot_says_in_words_what_it_shows(dmm_data: dict[str, Any]):
    setting, _ = made(dmm_data)
    with pikepdf.open(io.BytesIO(setting)) as opened:
        alts = [
            str(each.Alt)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]
    assert len(alts) == 3  # two plots, and the QR code
    assert sum("QR code with the text CALBENCH1:" in alt for alt in alts) == 1
    assert any("DC voltage" in alt and "No. 16: fail." in alt for alt in alts)
