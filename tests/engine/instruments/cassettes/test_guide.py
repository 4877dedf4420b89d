"""The examples of the guide do what it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_the_examples_of_the_guide_run(tmp_path, monkeypatch, capsys):
    page = (ROOT / "docs/how-to/record-and-replay.md").read_text(encoding="utf-8")
    shutil.copytree(ROOT / "stations", tmp_path / "stations")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for block in blocks:
        exec(compile(block, "record-and-replay.md", "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out.splitlines()
    assert len(blocks) == 3
    assert printed[0].startswith("HEWLETT-PACKARD,34401A,")
    assert printed[1] == repr([printed[0]] * 2)
    assert re.fullmatch(r"-?0\.0\d* V", printed[2])
    assert {path.name for path in tmp_path.iterdir()} == {"meter.cassette", "driver.cassette", "stations"}
