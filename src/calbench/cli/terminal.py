"""The operator at the terminal: prompts as text, answers typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from calbench.cli import text
from calbench.cli.lines import Closed, Lines
from calbench.cli.wording import language, local, word
from calbench.documents.prompt import Ask
from calbench.execution.prompts.allowing import ALL, YES
from calbench.execution.prompts.operators import Dropped

_YES, _NO, _ALL = ("y", "yes", "是"), ("n", "no", "否"), (ALL, "全部")


def there_is_a_terminal() -> bool:
    """Tell whether a person can type here; a process may have been started with no input at all."""
    return sys.stdin is not None and sys.stdin.isatty()


class TerminalOperator:
    """Asks the person at the terminal.

    Args:
        name: Who that is.
        remote: Whether others may answer too, from other processes.
        lines: Where typed lines come from.
    """

    takes_long = True

    def __init__(self, name: str, *, remote: bool = False, lines: Lines | None = None) -> None:
        self.name = name
        self.remote = remote
        self._pictures: Mapping[str, Path] = {}
        self._lines = lines or Lines()

    def pictures(self, paths: Mapping[str, Path]) -> None:
        """Take note of where the run keeps its copies of pictures, by their names in prompts."""
        self._pictures = paths

    def answer(self, ask: Ask) -> str:
        """Show the prompt and give what is typed.

        Raises:
            KeyboardInterrupt: Ctrl-C, or the end of the input: the run is stopped.
        """
        return self.answer_until(ask, lambda: "")

    def answer_until(self, ask: Ask, closed: Closed) -> str:
        """Show the prompt and give what is typed.

        Raises:
            Dropped: `closed` said that it was answered elsewhere, or is not asked any more; that is shown.
            KeyboardInterrupt: As `answer`.
        """
        self._show(ask)
        try:
            return self._answer(ask, closed)
        except Dropped as why:
            click.echo(f"\n{word('elsewhere', why=str(why))}")
            raise
        except (EOFError, click.Abort):
            raise KeyboardInterrupt from None

    def look(self) -> None:
        """Look whether the prompt on show is still open."""
        self._lines.look()

    def tell(self, text_: str) -> None:
        """Say why an answer was not accepted."""
        click.echo(word("refused", why=text_))

    def _show(self, ask: Ask) -> None:
        click.echo("")
        if ask.unit_position:
            click.echo(word("at.position", name=ask.unit_position))
        if ask.title:
            click.secho(local(ask.title), bold=text.coloured())
        click.echo(local(ask.text).rstrip())
        if ask.picture:
            click.echo(word("picture", name=str(self._pictures.get(ask.picture, ask.picture))))
        if ask.shown:
            click.echo(word("shown", value=ask.shown))
        numbered = ask.kind in ("choice", "checklist")
        for number, line in enumerate(ask.choices, start=1):
            mark = {"choice": "", "checklist": "[ ] "}.get(ask.kind, "")
            known = ask.words.get(language(), {}).get(line, line)
            click.echo(f"  {number} {mark}{known}" if numbered else f"  [ ] {known}")

    def _answer(self, ask: Ask, closed: Closed) -> str:
        if ask.kind in ("confirm", "place"):
            return self._ask(f"{word('done')} [y/n]", closed, _confirmed)
        if ask.kind == "choice":
            return self._ask(word("number"), closed, lambda typed: _chosen(ask, typed))
        if ask.kind == "checklist":
            return self._ask(word("numbers"), closed, lambda typed: _ticked(ask, typed))
        unit = f" ({ask.unit})" if ask.unit else ""
        return self._ask(
            f"{word('answer')}{unit}", closed, lambda typed: typed if typed or ask.optional else None
        )

    def _ask(self, label: str, closed: Closed, understand: Callable[[str], str | None]) -> str:
        """Read until the line is understood."""
        while True:
            typed = self._lines.read(
                lambda: click.echo(f"{label}: ", nl=False), closed, lambda: click.echo(word("stale"))
            )
            answer = understand(typed.strip())
            if answer is not None:
                return answer


def _confirmed(typed: str) -> str | None:
    if typed.lower() in _YES:
        return YES
    return "no" if typed.lower() in _NO else None


def _chosen(ask: Ask, typed: str) -> str | None:
    return ask.choices[int(typed) - 1] if _is_number_of(ask, typed) else None


def _ticked(ask: Ask, typed: str) -> str | None:
    """Give the items, a line each; an empty line ticks none."""
    if typed.lower() in _ALL:
        return "\n".join(ask.choices)
    numbers = typed.replace(",", " ").split()
    if not all(_is_number_of(ask, number) for number in numbers):
        return None
    return "\n".join(ask.choices[int(number) - 1] for number in numbers)


def _is_number_of(ask: Ask, typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 6 and 1 <= int(typed) <= len(ask.choices)  # noqa: PLR2004 - more digits than any list has items
