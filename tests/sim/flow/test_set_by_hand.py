"""A source that a person sets, from a procedure to a record: told, done in the world, and safe."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calbench.clock import VirtualClock
from calbench.documents.prompt import Ask
from calbench.execution.guard.acting import act
from calbench.execution.journalling import MemoryJournal
from calbench.workflow import Finished, Options, certify, execute, prepare

HERE = Path(__file__).parent
STATION = "demo-taxi"
START = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)


def drive(tmp_path: Path, station: str = STATION, answers: Path | None = None) -> Finished:
    options = Options(positions=("1",), answers=answers)
    return execute(prepare(str(HERE / "drive.yaml"), station, options), tmp_path)


def events(run: Finished) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run.folder / "journal.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return drive(tmp_path_factory.mktemp("drive"))


def test_simulated_hands_really_do_it(run: Finished) -> None:
    assert run.record.run.status == "COMPLETED"
    first, second, *_ = run.record.results
    # the vehicle gives 987 pulses for a kilometre, and the taximeter takes 1000; cut off to 10 m
    assert first.reference == "1 km"
    assert first.indication == "0.98 km"
    assert second.indication == "1.97 km"


def test_pulses_and_seconds_are_read(run: Finished) -> None:
    count, duration = run.record.results[2:]
    # 2 km at 40 km/h are 180 s, and 987 pulses for each kilometre; both within how well the drive was stopped
    assert count.indication is not None
    assert int(count.indication) == pytest.approx(1974, rel=0.005)
    assert duration.indication == "3 min"
    assert (count.verdict, duration.verdict) == ("pass", "pass")


@pytest.mark.parametrize(("position", "verdict"), [("1", "pass"), ("2", "fail")])
def test_a_time_of_day_is_read(tmp_path: Path, position: str, verdict: str) -> None:
    prepared = prepare(str(HERE / "clock.yaml"), "demo-charger", Options(positions=(position,)))
    run = execute(prepared, tmp_path)
    assert run.record.run.status == "COMPLETED"
    assert run.record.results[0].verdict == verdict
    reading = run.record.attempts["clock/8h"][0].readings[0]
    assert reading.text == {"1": "08:00:02", "2": "08:04:00"}[position]


def test_a_certificate_of_counts_and_times_is_written(run: Finished) -> None:
    assert [path.read_bytes()[:5] for path in certify(run.folder, ["pdf"], ["en", "zh"])] == [
        b"%PDF-",
        b"%PDF-",
    ]


def test_the_prompt_says_all_that_is_to_be_done(run: Finished) -> None:
    asked = [one["body"] for one in events(run) if one["type"] == "asked"]
    apply = next(one for one in asked if one["id"] == "distance/1km/apply")
    assert apply["kind"] == "confirm"
    assert apply["text"] == {"en": "Drive 1 km, then stop.", "zh": "行驶 1 km，然后停止。"}
    assert apply["stimulus"] == {"instrument": "rollers", "quantity": "length", "value": "1000"}


def test_what_was_done_is_applied(run: Finished) -> None:
    applied = [one["body"] for one in events(run) if one["type"] == "applied"]
    assert [(one["value"], one["unit"], one["text"]) for one in applied] == [
        ("1000", "m", "1000 m"),
        ("2000", "m", "2000 m"),
    ]


def test_what_is_harmless_is_no_source_that_is_made_safe(run: Finished) -> None:
    assert run.record.run.outputs == "no_source"


class TestHazard:
    @pytest.fixture
    def station(self, tmp_path: Path) -> str:
        text = Path(__file__).parents[3].joinpath("stations", f"{STATION}.yaml").read_text("utf-8")
        path = tmp_path / "stations" / "dangerous.yaml"
        path.parent.mkdir()
        assets = path.parent / "assets"
        assets.mkdir()
        for one in Path(__file__).parents[3].joinpath("stations", "assets").glob("*.yaml"):
            (assets / one.name).write_text(one.read_text("utf-8"), "utf-8")
        path.write_text(text.replace("asset: ROLL-0103,", "asset: ROLL-0103, hazard: voltage,"), "utf-8")
        return str(path)

    def test_it_is_safe_once_the_person_said_that_it_is_over(self, tmp_path: Path, station: str) -> None:
        run = drive(tmp_path / "run", station)
        assert run.record.run.status == "COMPLETED"
        assert run.record.run.outputs == "verified_off"

    def test_it_is_not_safe_while_nobody_said_so(self, tmp_path: Path, station: str) -> None:
        run = drive(tmp_path / "run", station, answers=_refusing(tmp_path))
        assert run.record.run.outputs == "not_verified"
        assert run.record.run.outputs_in_doubt == ["rollers"]
        assert run.record.run.status == "UNSAFE"

    def test_a_guard_has_nobody_to_ask(self, tmp_path: Path, station: str) -> None:
        plan = drive(tmp_path / "run", station).record.plan
        outputs = act(plan, MemoryJournal(VirtualClock(START)), VirtualClock(START), {}, "a test")
        assert (outputs.state, outputs.unsafe) == ("not_verified", ("rollers",))


def _refusing(tmp_path: Path) -> Path:
    path = tmp_path / "no.answers.yaml"
    path.write_text('language: 1\nconfirm: all\nanswers: {"distance/1km/apply": "no"}\n', "utf-8")
    return path


def test_old_prompts_stay_as_they_are() -> None:
    ask = Ask(id="a", kind="confirm", text={"en": "x"})
    assert "stimulus" not in ask.model_dump(exclude_defaults=True)
