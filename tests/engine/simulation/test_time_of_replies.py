"""When a reply is made, and which messages wait for which: IEEE 488.2, 12.5.2 (*WAI), and sequential commands."""

from __future__ import annotations

import pytest

from calbench.simulation import Answer, Bench, CommandTree, Device, Electrical, Status488, World


class Slow(Device):
    """Starts something that takes 3 s; READ? looks at its input when 4 s are over; ^C clears."""

    CONTROLS = b"\x03"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.done: list[tuple[float, str]] = []
        self.busy_until = 0.0
        self.scpi = Status488("A,B,0,0", busy=lambda: self.busy_until - self.clock.monotonic())
        self.status = self.scpi
        self.tree = CommandTree(
            {
                "SLOW": self._start,
                "NOTE": lambda text: self.done.append((self.clock.monotonic(), text)),
                "READ?": lambda: Answer(self._look, 4.0),
                "TIME?": lambda: f"{self.clock.monotonic():g}",
            },
            self.scpi,
        )

    def receive(self, line: str) -> None:
        answer = self.tree.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def control(self, code: int) -> None:
        if code == 3:
            self.device_clear()

    def _start(self) -> None:
        self.busy_until = self.clock.monotonic() + 3.0

    def _look(self) -> str:
        return f"{self.bench.terminal('input').seen().voltage:g}"


class Ramp(Device):
    """Puts out 1 V for each second of its clock until it is told to stop."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        bench.terminal("output").drive(lambda since, until: Electrical((since + until) / 2, 0.0))


@pytest.fixture
def stage():
    world = World()
    slow = world.add("slow", Slow)
    world.add("ramp", Ramp)
    world.connect("ramp.output", "slow.input")
    assert isinstance(slow, Slow)
    return world, slow


@pytest.fixture
def line(stage):
    return stage[1].connect(message_based=False)


def test_a_reply_may_be_made_when_it_is_ready(stage, line):
    world, _ = stage
    line.write(b"READ?\n")
    world.clock.sleep(1.0)
    assert line.take(100) == (b"", False)
    world.clock.sleep(9.0)
    assert line.take(100) == (b"4\n", True)  # seen at 4 s, though it is taken at 10 s


def test_several_answers_of_a_message_may_be_late(stage, line):
    line.write(b"TIME?;READ?;:TIME?;READ?\n")
    assert line.wait_ready(100.0)
    assert line.take(100) == (b"0;4;4;8\n", True)  # a query is finished before the next command is begun


def test_wait_holds_the_messages_behind_it(stage, line):
    _, slow = stage
    line.write(b"SLOW\nNOTE a\n*WAI\nNOTE b\n")
    line.write(b"NOTE c\nTIME?\n")
    assert slow.done == [(0.0, "a")]
    assert line.wait_ready(100.0)
    assert line.take(100) == (b"3\n", True)
    assert slow.done == [(0.0, "a"), (3.0, "b"), (3.0, "c")]


def test_wait_holds_the_rest_of_its_own_message(stage, line):
    _, slow = stage
    line.write(b"SLOW;*WAI;NOTE b;SLOW;*WAI;TIME?\nNOTE c\n")
    assert slow.done == []
    assert line.wait_ready(100.0)
    assert line.take(100) == (b"6\n", True)
    assert slow.done == [(3.0, "b"), (6.0, "c")]


def test_wait_with_nothing_under_way_holds_nothing(stage, line):
    line.write(b"*WAI\nTIME?\n")
    assert line.take(100) == (b"0\n", True)


def test_device_clear_ends_the_waiting(stage, line):
    world, slow = stage
    line.write(b"SLOW\n*WAI\nNOTE lost\n")
    slow.device_clear()
    line.write(b"NOTE kept\n")
    world.clock.sleep(10.0)
    assert slow.done == [(0.0, "kept")]


def test_a_client_that_has_gone_is_still_obeyed_but_not_answered(stage, line):
    world, slow = stage
    line.write(b"SLOW\n*WAI\nNOTE b\nTIME?\n")
    line.close()
    other = slow.connect(message_based=False)
    world.clock.sleep(10.0)
    assert slow.done == [(3.0, "b")]
    assert other.take(100) == (b"", False)


def test_reading_while_a_query_waits_is_no_error(stage):
    world, _ = stage
    world.attach("GPIB0::1::INSTR", "slow")
    import pyvisa

    from calbench.simulation import registry

    with registry.registered(world) as name:
        manager = pyvisa.ResourceManager(f"{name}@calbench")
        gpib = manager.open_resource("GPIB0::1::INSTR", read_termination="\n", write_termination="\n")
        assert isinstance(gpib, pyvisa.resources.MessageBasedResource)
        gpib.timeout = 5000
        gpib.write("SLOW;*WAI")
        assert gpib.query("TIME?") == "3"
        assert gpib.query("SYST:ERR?").startswith("0,")
        manager.close()


def test_control_characters_act_in_their_place(stage, line):
    _, slow = stage
    line.write(b"NOTE a\nNOTE b\x03NOTE c\n\x03\x03")
    assert [text for _, text in slow.done] == ["a", "c"]  # the clear drops what is unfinished when it comes


def test_a_change_in_the_middle_of_a_watch_is_announced(stage):
    world, _ = stage
    seen = []
    terminal = world.terminal("slow.input")
    terminal.watch(lambda: seen.append(terminal.seen().voltage))
    world.terminal("ramp.output").drive(Electrical(7.0, 0.0))
    world.disconnect("ramp.output")
    world.connect("ramp.output", "slow.input")
    world.disconnect()
    world.connect("slow.input", "ramp.output")
    assert seen == [0.0, 7.0, 0.0, 7.0, 0.0]  # each time what was there before the change


def test_truth_stays_in_order_of_time(stage):
    world, slow = stage
    world.clock.sleep(5.0)
    slow.bench.truth("voltage", 1.0)
    slow.bench.truth("voltage", 2.0, at=3.0)
    slow.bench.truth("voltage", 3.0)
    assert [entry.value for entry in world.truth] == [2.0, 1.0, 3.0]
