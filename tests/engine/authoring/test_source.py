from __future__ import annotations

import hashlib

import pytest

from calbench.authoring.source import Source, open_source, source_of, source_to_show
from calbench.errors import InvalidFile, UsageError


def test_a_missing_file_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(
        UsageError, match=r"^There is no file procedures/none.yaml; check the name and the folder\.$"
    ):
        open_source("procedures/none.yaml")


def test_a_folder_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab.yaml").mkdir()

    with pytest.raises(UsageError, match=r"^lab.yaml is a folder; name a YAML file in it\.$"):
        open_source("lab.yaml")


def test_a_name_that_no_file_can_have_is_a_sentence():
    with pytest.raises(UsageError, match=r"cannot be read: .*null .*Check the name"):
        open_source("a\0b")
    with pytest.raises(UsageError, match="cannot be read: File name too long"):
        open_source("a" * 5000)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\nb: \xe9\n", "f.yaml:2:4: error: byte 0xE9 is not UTF-8 [Y001]"),
        ("标题: ".encode() + b"\xff", "f.yaml:1:5: error: byte 0xFF is not UTF-8 [Y001]"),
        ("a: 1".encode("utf-16"), "f.yaml:1:1: error: the file is saved as UTF-16, not as UTF-8 [Y001]"),
    ],
)
def test_other_encodings_are_refused_at_the_byte(data, expected):
    with pytest.raises(InvalidFile) as caught:
        source_of("f.yaml", data)

    assert str(caught.value) == expected


def test_too_large_a_file_is_not_read(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (2 * 1024 * 1024 + 1))

    with pytest.raises(InvalidFile, match="larger than 2 MiB, the most that is read"):
        open_source(path)
    path.write_bytes(b"#" * (2 * 1024 * 1024))
    assert len(open_source(path).text) == 2 * 1024 * 1024


def test_the_hash_is_that_of_the_bytes(tmp_path):
    data = "\ufeffa: 1\r\n".encode()
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    source = open_source(path)

    assert source.text == "a: 1\r\n"
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    assert source.file == str(path)


def test_lines_and_positions_agree():
    source = Source("f.yaml", "a\r\nbc\rd\n\ne")

    assert source.lines == ["a", "bc", "d", "", "e"]
    for index, char in enumerate(source.text):
        line, column = source.position(index)
        if char not in "\r\n":
            assert source.line(line)[column - 1] == char
    assert source.line(0) == source.line(6) == ""


def test_a_source_to_show_never_fails(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: \xff\n")

    assert source_to_show(path).text == "a: \ufffd\n"
    assert source_to_show(tmp_path).text == ""
