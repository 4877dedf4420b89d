"""After a failure, a driver on a plain line asks what no late reply can pass for."""

import pytest

from calbench.errors import LinkTimeout, Overload, UnexpectedReply
from calbench.instruments.doubt import Doubt
from calbench.instruments.testing import exchange


class Probes:
    """Counts what it is asked; answers wrongly as often as it is told."""

    def __init__(self, wrong: int = 0) -> None:
        self.wrong = wrong
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if self.asked <= self.wrong:
            raise UnexpectedReply("A weight came.")


@pytest.fixture
def link():
    """A line that must be cleared once before each probe of a test; the tests say how often."""
    with exchange() as quiet:
        yield quiet


@pytest.fixture
def cleared():
    with exchange("! clear") as once:
        yield once


@pytest.fixture
def cleared_thrice():
    with exchange("! clear", "! clear", "! clear") as thrice:
        yield thrice


def fail(doubt: Doubt, error: Exception) -> None:
    with pytest.raises(type(error)), doubt.settled():
        raise error


def test_nothing_is_asked_while_all_goes_well(link):
    probes = Probes()
    doubt = Doubt(link, probes)
    for _ in range(3):
        with doubt.settled():
            pass
    assert probes.asked == 0


def test_after_a_timeout_the_line_is_cleared_and_it_is_asked_once(cleared):
    probes = Probes()
    doubt = Doubt(cleared, probes)
    fail(doubt, LinkTimeout("nothing came"))
    for _ in range(3):
        with doubt.settled():
            pass
    assert probes.asked == 1


def test_the_doubt_lasts_until_the_answer_is_the_right_one(cleared_thrice):
    probes = Probes(wrong=2)
    doubt = Doubt(cleared_thrice, probes)
    fail(doubt, LinkTimeout("nothing came"))
    done = []
    for _ in range(2):
        with pytest.raises(UnexpectedReply, match="A weight came"), doubt.settled():
            done.append("never")
    with doubt.settled():
        done.append("now")
    assert (probes.asked, done) == (3, ["now"])


def test_an_overload_is_an_answer(link):
    probes = Probes()
    doubt = Doubt(link, probes)
    fail(doubt, Overload("S +"))
    with doubt.settled():
        pass
    assert probes.asked == 0
