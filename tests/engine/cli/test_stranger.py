"""The command line as a stranger meets it: wrong arguments, missing files, JSON, exit codes, odd terminals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import VERBS, main

ROOT = Path(__file__).parents[3]
NO_NAME = "no-such-thing"


def calbench(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def process(*words: str | bytes, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own; nothing of the locale of this one is left."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LC_", "LANG", "PYTHONIO", "CALBENCH"))
    }
    paths = os.pathsep.join([*(str(ROOT / name) for name in ("src", "drivers", "sim"))])
    env = {**kept, "PYTHONPATH": paths, **environment}
    return subprocess.run(
        [sys.executable, "-m", "calbench", *words], cwd=cwd, env=env, capture_output=True, check=False
    )


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that completed: an inspection, which takes no time."""
    out = tmp_path_factory.mktemp("checked")
    result = calbench("run", "visual-inspection", "demo", "--out", str(out), "--format", "html")
    assert result.exit_code == 0, result.output
    (folder,) = out.iterdir()
    return folder


@pytest.fixture
def copied(checked: Path, tmp_path: Path) -> Path:
    shutil.copytree(checked, tmp_path / "run")
    return tmp_path / "run"


WRONG = [
    ["nonsense"],
    ["plan"],
    ["plan", "dmm-34401a"],
    ["plan", "dmm-34401a", NO_NAME],
    ["plan", NO_NAME, "demo"],
    ["plan", "dmm-34401a", "demo", "--set", "readings"],
    ["plan", "dmm-34401a", "demo", "--set", "=4"],
    ["plan", "dmm-34401a", "demo", "--seed", "many"],
    ["plan", "dmm-34401a", "demo", "--answers", NO_NAME],
    ["plan", "dmm-34401a", "demo", "--no-such-option"],
    ["plan", "analogue-voltmeter", "keyboard", "--seed", "1"],
    ["plan", "analogue-voltmeter", "keyboard", "--sim"],
    ["plan", "dmm-34401a", "demo", "--position", "9"],
    ["run", "visual-inspection", "demo", "--format", "docx"],
    ["run", "visual-inspection", "demo", "--out", __file__],
    ["demo", "--station", NO_NAME],
    ["check"],
    ["check", NO_NAME],
    ["check", str(ROOT)],
    ["evaluate"],
    ["evaluate", NO_NAME],
    ["evaluate", str(ROOT)],
    ["certify", str(ROOT)],
    ["certify", NO_NAME],
    ["verify", NO_NAME],
    ["verify", str(ROOT)],
    ["sim", "serve", NO_NAME],
    ["sim", "serve", "keyboard"],
    ["drivers", NO_NAME],
    ["drivers", "maker/unknown"],
    ["procedures", NO_NAME],
    ["stations", NO_NAME],
    ["assets", NO_NAME],
    ["schema", NO_NAME],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_is_exit_code_2_and_a_sentence(words: list[str]) -> None:
    result = calbench(*words)
    assert result.exit_code == 2, result.output
    assert result.stderr.strip()
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [one for one in WRONG if one[0] != "schema"], ids=" ".join)
def test_wrong_usage_is_json_where_json_is_asked_for(words: list[str]) -> None:
    result = calbench(*words, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)
    assert error["exit_code"] == 2
    assert error["message"]
    assert error["error"]


RIGHT = [
    ["plan", "dmm-34401a", "demo"],
    ["plan", "scale-class3", "demo"],
    ["plan", "analogue-voltmeter", "keyboard"],
    ["check", str(ROOT / "stations" / "demo.yaml"), str(ROOT / "procedures" / "mass" / "scale-class3.yaml")],
    ["drivers"],
    ["drivers", "agilent/a34401a"],
    ["procedures"],
    ["procedures", "scale-class3"],
    ["stations"],
    ["stations", "demo"],
    ["assets"],
    ["assets", "REF-0017"],
]


@pytest.mark.parametrize("words", RIGHT, ids=lambda words: " ".join(words)[:40])
def test_every_verb_writes_json_and_plain_text(words: list[str]) -> None:
    assert json.loads(calbench(*words, "--json").stdout)
    plain = calbench(*words)
    assert plain.exit_code == 0
    assert len(plain.stdout.splitlines()) >= 1
    assert "\x1b" not in plain.stdout


def test_a_run_writes_json_and_so_do_the_verbs_on_it(copied: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    ran = calbench("run", "visual-inspection", "demo", "--out", out, "--format", "html,csv", "--json")
    outcome = json.loads(ran.stdout)
    assert (ran.exit_code, outcome["status"], outcome["verdict"]) == (0, "COMPLETED", "pass")
    assert all(Path(path).is_file() for path in outcome["certificates"])
    assert json.loads(calbench("evaluate", str(copied), "--json").stdout)["verdict"] == "pass"
    assert json.loads(calbench("certify", str(copied), "--format", "html", "--json").stdout)
    checks = json.loads(calbench("verify", str(copied), "--json").stdout)
    assert {one["check"] for one in checks if not one["holds"]} == {"seal"}  # this run was not sealed


def test_two_runs_into_one_folder_are_two_runs(tmp_path: Path) -> None:
    for _ in range(2):
        calbench("run", "visual-inspection", "demo", "--out", str(tmp_path), "--format", "")
    first, second = sorted(tmp_path.iterdir())
    assert second.name == f"{first.name}-2"
    assert (first / "record.json").read_bytes() == (second / "record.json").read_bytes()


def test_an_invalid_file_is_exit_code_2_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("procedure: Bad\nid: bad\nversion: 1.0.0\nlanguage: 1\ntests: [{test: a, mpee: 1 V}]\n")
    result = calbench("check", str(path))
    assert result.exit_code == 2
    assert "bad.yaml:5:" in result.output
    found = json.loads(calbench("check", str(path), "--json").stdout)
    assert {one["line"] for one in found["problems"]} == {5}
    planned = calbench("plan", str(path), "demo", "--json")
    assert planned.exit_code == 2
    assert json.loads(planned.stdout)["problems"]


def test_a_point_that_failed_is_exit_code_1(tmp_path: Path) -> None:
    text = (ROOT / "stations" / "demo.yaml").read_text(encoding="utf-8")
    station = tmp_path / "mine.yaml"
    mistake = (
        "  mistakes: [{at: visual-inspection/Housing-sound/found, do: wrong_answer, value: not in order}]\n"
    )
    station.write_text(text + mistake, encoding="utf-8")
    shutil.copytree(ROOT / "stations" / "assets", tmp_path / "assets")
    result = calbench("run", "visual-inspection", str(station), "--out", str(tmp_path / "o"), "--format", "")
    assert result.exit_code == 1, result.output
    (folder,) = (tmp_path / "o").iterdir()
    assert calbench("evaluate", str(folder)).exit_code == 1


def test_a_run_that_was_cut_off_is_exit_code_3_when_it_is_evaluated(copied: Path) -> None:
    lines = (copied / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (copied / "journal.jsonl").write_bytes(b"".join(lines[:-1]))
    assert calbench("evaluate", str(copied)).exit_code == 3


@pytest.mark.parametrize("name", ["plan.json", "journal.jsonl", "record.json"])
@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"[]\n"])
def test_a_damaged_file_is_exit_code_4_and_never_a_traceback(copied: Path, name: str, content: bytes) -> None:
    (copied / name).write_bytes(content)
    verified = calbench("verify", str(copied))
    assert verified.exit_code == 4
    verb = "certify" if name == "record.json" else "evaluate"
    result = calbench(verb, str(copied))
    assert result.exit_code == 4, result.output
    assert "Traceback" not in result.output
    assert json.loads(calbench(verb, str(copied), "--json").stdout)["exit_code"] == 4


@pytest.mark.parametrize("name", ["plan.json", "journal.jsonl", "record.json"])
def test_a_missing_file_is_exit_code_2(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert calbench("verify", str(copied)).exit_code == 2


def test_nobody_at_the_keyboard_leaves_no_folder_behind(tmp_path: Path) -> None:
    result = calbench("run", "analogue-voltmeter", "keyboard", "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "Nobody answers prompts" in result.output
    assert not (tmp_path / "out").exists()


def test_a_fault_of_the_program_is_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    from calbench.instruments import catalog

    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(catalog, "drivers", broken)
    result = calbench("drivers")
    assert result.exit_code == 3
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert json.loads(calbench("drivers", "--json").stdout)["exit_code"] == 3


def test_ctrl_c_before_a_run_is_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    from calbench.instruments import catalog

    def pressed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(catalog, "drivers", pressed)
    assert calbench("drivers").exit_code == 3


def test_ctrl_c_and_the_end_of_the_input_at_a_prompt_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    from calbench.cli.terminal import TerminalOperator
    from calbench.documents.prompt import Ask

    for kind in ("confirm", "choice", "text"):
        ask = Ask(id="a", kind=kind, text={"en": "Ready?"}, choices=["a", "b"])

        @click.command()
        def command(ask: Ask = ask) -> None:
            with pytest.raises(KeyboardInterrupt):
                TerminalOperator("Wei").answer(ask)
            click.echo("stopped")

        assert "stopped" in CliRunner().invoke(command, input="").output, kind


def test_demo_does_not_go_on_after_a_run_that_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from calbench.cli import demo

    monkeypatch.setattr(demo, "JOBS", (("dmm-34401a", {"serial": "WRONG"}), demo.JOBS[1]))
    text = (ROOT / "stations" / "demo.yaml").read_text(encoding="utf-8")
    station = tmp_path / "mine.yaml"
    station.write_text(text + "  faults: [{instrument: climate, kind: silent}]\n", encoding="utf-8")
    shutil.copytree(ROOT / "stations" / "assets", tmp_path / "assets")
    result = calbench("demo", "--station", str(station), "--out", str(tmp_path / "o"), "--json")
    assert result.exit_code == 3
    assert [one["status"] for one in json.loads(result.stdout)] == ["STOPPED"]


@pytest.mark.parametrize("encoding", ["gbk", pytest.param("cp1252", marks=pytest.mark.repeated)])
def test_an_output_that_lacks_characters_is_written_all_the_same(tmp_path: Path, encoding: str) -> None:
    done = process("plan", "dmm-34401a", "demo", cwd=tmp_path, PYTHONIOENCODING=encoding, LANG="zh_CN.UTF-8")
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert {"gbk": "±8.5 uV", "cp1252": "±8.5 µV"}[encoding] in text


@pytest.mark.repeated
def test_json_reaches_its_reader_through_any_encoding(tmp_path: Path) -> None:
    done = process("plan", "dmm-34401a", "demo", "--json", cwd=tmp_path, PYTHONIOENCODING="gbk")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout.decode("gbk"))
    assert plan["procedure"]["title"]["zh"] == "34401A 数字多用表检定"
    assert any("µ" in json.dumps(point, ensure_ascii=False) for point in plan["points"])


def test_a_chinese_terminal_reads_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALBENCH_LANG", raising=False)
    for language, title in (("zh_CN.UTF-8", "外观检查"), ("en_GB.UTF-8", "Visual inspection")):
        monkeypatch.setenv("LANG", language)
        assert title in calbench("procedures").output


def test_a_file_name_that_is_no_text_is_told_and_not_a_crash(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has file names that are no text")
    done = process("check", b"nope\xff.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert b"There is no file nope" in done.stdout + done.stderr
    done = process("check", b"nope\xff.yaml", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["exit_code"] == 2


def test_a_closed_pipe_does_not_leave_a_run_half_done(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("a pipe with a closed reader behaves otherwise on Windows")
    kept = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "drivers", "sim")),
    }
    read, write = os.pipe()
    os.close(read)
    words = ["run", "dmm-34401a", "demo", "--only", "dcv/10V/*", "--out", str(tmp_path), "--format", ""]
    subprocess.run(
        [sys.executable, "-m", "calbench", *words],
        stdout=write,
        stderr=subprocess.DEVNULL,
        env=kept,
        check=False,
    )
    os.close(write)
    # the reader was gone before the first line: either nothing was begun, or the run is whole and safe
    folders = list(tmp_path.iterdir())
    for folder in folders:
        closed = json.loads((folder / "journal.jsonl").read_bytes().splitlines()[-1])
        assert closed["type"] == "run_closed"
        assert closed["body"]["outputs"] == "verified_off"


def test_colours_are_for_terminals_and_not_where_no_color_is_set(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("pseudo-terminals are opened with the pty module of Linux")
    import pty

    def seen(**environment: str) -> bytes:
        main_end, other_end = pty.openpty()
        kept = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        paths = os.pathsep.join(str(ROOT / name) for name in ("src", "drivers", "sim"))
        words = ["run", "visual-inspection", "demo", "--out", str(tmp_path), "--format", ""]
        with subprocess.Popen(
            [sys.executable, "-m", "calbench", *words],
            stdin=other_end, stdout=other_end, stderr=other_end, cwd=tmp_path,
            env={**kept, "PYTHONPATH": paths, "COLUMNS": "20", **environment},
        ) as running:  # fmt: skip
            os.close(other_end)
            data = b""
            while True:
                try:
                    part = os.read(main_end, 65536)
                except OSError:  # the other end was closed
                    break
                if not part:
                    break
                data += part
            running.wait()
        os.close(main_end)
        return data

    coloured, plain = seen(), seen(NO_COLOR="1")
    assert b"\x1b[32m" in coloured
    assert b"\x1b[32m" not in plain
    assert b"visual-inspection/Housing-sound" in plain


def test_help_names_every_verb_and_every_verb_has_help() -> None:
    shown = calbench("--help").output
    for verb in VERBS:
        assert verb in shown
        assert calbench(verb, "--help").exit_code == 0


def test_a_laboratory_finds_its_own_files_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "procedures").mkdir()
    (tmp_path / "stations").mkdir()
    own = (ROOT / "procedures" / "common" / "visual-inspection.yaml").read_text(encoding="utf-8")
    (tmp_path / "procedures" / "own-check.yaml").write_text(
        own.replace("id: visual-inspection", "id: own-check")
    )
    station = (ROOT / "stations" / "keyboard.yaml").read_text(encoding="utf-8")
    (tmp_path / "stations" / "demo.yaml").write_text(station.replace("station: keyboard", "station: demo"))
    monkeypatch.chdir(tmp_path)
    assert json.loads(calbench("plan", "own-check", "demo", "--json").stdout)["simulated"] is None
    assert "own-check" in calbench("procedures").output
    assert "34401A verification" in calbench("procedures").output  # what ships is still there


def test_a_station_by_its_path_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = str(ROOT / "stations" / "demo.yaml")
    assert calbench("plan", "dmm-34401a", path).exit_code == 0
    shutil.copy(path, tmp_path / "here.yaml")  # its assets are found in the library
    assert calbench("plan", "dmm-34401a", "here.yaml").exit_code == 0


def test_a_command_with_escape_does_not_act_on_the_terminal():
    shown = calbench("drivers", "sartorius/sbi").output
    assert "\\x1bP" in shown
    assert "\x1b" not in shown
