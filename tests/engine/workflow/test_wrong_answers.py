"""An answers file with a wrong answer: the message names its file and line, the prompt, and what is allowed."""

from __future__ import annotations

from pathlib import Path

from calbench.workflow import Options, execute, prepare

ANSWERS = Path(__file__).parents[2] / "procedures" / "analogue-voltmeter.answers.yaml"


def test_a_wrong_answer_is_named_with_prompt_and_line(tmp_path: Path) -> None:
    lines = ANSWERS.read_text(encoding="utf-8").splitlines()
    (number,) = (at for at, line in enumerate(lines) if line.strip().startswith("basic-error/3V/rising:"))
    lines[number] = "  basic-error/3V/rising: nan V"
    path = tmp_path / "answers.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = execute(prepare("analogue-voltmeter", "keyboard", Options(answers=path)), tmp_path / "runs")
    assert done.outcome.status == "STOPPED"
    assert (
        f"{path}:{number + 1}: the answer to 'basic-error/3V/rising' is not allowed." in done.outcome.reason
    )
    assert "'nan V' is not a number in V" in done.outcome.reason
    assert "Correct it in the file." in done.outcome.reason
