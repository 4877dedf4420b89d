from __future__ import annotations

from contextlib import suppress

import pytest

from calbench.errors import ConnectionLost, LinkTimeout
from calbench.instruments.testing import exchange


def run(lines, use):
    with exchange(*lines) as link:
        use(link)


def test_an_exchange_that_happens_as_written_passes():
    with exchange("> CONF", "~ 0.5", "> READ?", "< +1.0 ", "! clear", ">", "<") as link:
        link.write("CONF")
        start = link.clock.monotonic()
        link.wait(0.2 + 0.3)
        assert link.clock.monotonic() - start == 0.5
        assert link.query("READ?") == "+1.0 "
        link.clear()
        assert link.query("") == ""
        link.close()


def test_time_of_day_goes_with_the_waits():
    with exchange("~ 60") as link:
        before = link.clock.utc()
        link.clock.sleep(60)
        link.wait(0)
        assert (link.clock.utc() - before).total_seconds() == 60


@pytest.mark.parametrize(
    ("lines", "use", "message"),
    [
        (["> A?", "< 1"], lambda link: link.write("B?"), r"line 1 of 2(.|\n)*expected: > A\?\n *got: *> B\?"),
        (
            ["> A", "> B"],
            lambda link: (link.write("A"), link.read()),
            r"line 2(.|\n)*expected: > B\n *got: *a read",
        ),
        (["> A?", "< 1"], lambda link: link.write("A?"), r"stopped before line 2(.|\n)*< 1"),
        (["> A", "> B"], lambda link: (link.write("B"), link.write("A")), r"line 1"),
        (["> A"], lambda link: (link.write("A"), link.write("A")), r"expected: nothing more\n *got: *> A"),
        (["~ 0.5"], lambda link: link.wait(0.4), r"expected: ~ 0\.5\n *got: *~ 0\.4"),
        ([], lambda link: link.wait(1), r"got: *~ 1"),
        (["! clear"], lambda link: link.write("A"), r"expected: ! clear"),
        ([], lambda link: link.clear(), r"got: *! clear"),
        (["! timeout"], lambda link: link.clear(), r"expected: ! timeout"),
    ],
)
def test_anything_else_fails_and_says_where(lines, use, message):
    with pytest.raises(AssertionError, match=message):
        run(lines, use)


def test_a_failure_that_the_driver_swallows_still_fails():
    def swallow(link):
        with suppress(BaseException):
            link.write("B")
        link.write("A")

    with pytest.raises(AssertionError, match=r"got: *> B"):
        run(["> A"], swallow)


def test_failures_of_the_line_can_be_played():
    with exchange("> A?", "! timeout", "> B?", "! lost") as link:
        with pytest.raises(LinkTimeout):
            link.query("A?", timeout=3)
        with pytest.raises(ConnectionLost):
            link.query("B?")


def test_an_error_of_the_driver_is_not_hidden_by_leftovers():
    with pytest.raises(ZeroDivisionError):
        run(["> A"], lambda _: 1 // 0)


@pytest.mark.parametrize("line", ["", "A?", ">A?", "! burn"])
def test_a_line_of_another_form_is_refused(line):
    with pytest.raises(ValueError, match="no line of an exchange"):
        run([line], lambda _: None)
