"""What is mended below a VISA library is recorded as it was seen, and replayed alike."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from calbench.errors import LinkTimeout
from calbench.instruments.cassettes import Player, Recorder
from calbench.instruments.link import LineFormat
from calbench.instruments.opening import LinkSpec, open_link


def work(spec):
    with closing(open_link(spec, line=LineFormat(timeout=5))) as link:
        seen = [link.query("A?")]
        with pytest.raises(LinkTimeout) as late:
            link.query("HUSH?", timeout=0.05)
        link.write("BLOCK?")
        link.clear()
        return [*seen, str(late.value), link.query("B?")]


@pytest.mark.parametrize("kind", ["hislip", "vxi11", "visa-serial", "visa-socket"])
def test_a_recorded_session_replays(stage, kind, tmp_path):
    spec = stage.spec(kind, "one")
    assert isinstance(spec, LinkSpec)
    with Recorder(tmp_path / "a.cassette") as recorder:
        came = work(replace(spec, tape=recorder))
    stage.stop()
    with Player(tmp_path / "a.cassette") as player:
        assert work(replace(spec, tape=player)) == came
    assert (came[0], came[2]) == ("A!", "B!")
