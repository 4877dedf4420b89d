"""Polling: what it gives, how often it looks, and when it gives up. Times are those of the scripted clock."""

import pytest

from calbench.errors import LinkTimeout
from calbench.instruments.polling import poll
from calbench.instruments.testing import exchange


def test_looks_at_once_and_does_not_wait_when_there_is_something():
    with exchange("> A?", "< 7") as link:
        assert poll(lambda: link.query("A?"), link=link, every=1, within=0) == "7"


def test_looks_until_there_is_something():
    answers = iter([None, None, "ready"])
    with exchange("~ 0.5", "~ 0.5") as link:
        assert poll(lambda: next(answers), link=link, every=0.5, within=60) == "ready"


def test_false_and_zero_are_something():
    with exchange() as link:
        assert poll(lambda: 0, link=link, every=1, within=1) == 0


@pytest.mark.parametrize(("within", "waits"), [(0, 0), (2, 2), (2.5, 3)])
def test_gives_up_after_the_time_with_a_last_look(within, waits):
    looks: list[int] = []
    with exchange(*["~ 1"] * waits) as link:
        assert poll(lambda: looks.append(1), link=link, every=1, within=within) is None
    assert len(looks) == waits + 1


def test_what_the_look_raises_goes_through():
    with exchange("> A?", "! timeout") as link, pytest.raises(LinkTimeout):
        poll(lambda: link.query("A?"), link=link, every=1, within=10)
