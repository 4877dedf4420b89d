"""The operator at the terminal: prompts as text, answers typed."""

from __future__ import annotations

import click

from calbench.cli import text
from calbench.cli.wording import language, local, word
from calbench.documents.prompt import Ask


class TerminalOperator:
    """Asks the person at the terminal."""

    takes_long = True

    def __init__(self, name: str) -> None:
        self.name = name

    def answer(self, ask: Ask) -> str:
        """Show the prompt and give what is typed.

        Raises:
            KeyboardInterrupt: Ctrl-C, or the end of the input: the run is stopped.
        """
        try:
            return self._answer(ask)
        except click.Abort:  # what click makes of it
            raise KeyboardInterrupt from None

    def _answer(self, ask: Ask) -> str:
        click.echo("")
        if ask.title:
            click.secho(local(ask.title), bold=text.coloured())
        click.echo(local(ask.text).rstrip())
        if ask.picture:
            click.echo(word("picture", name=ask.picture))
        if ask.kind in ("confirm", "place"):
            for line in ask.choices:
                click.echo(f"  [ ] {ask.words.get(language(), {}).get(line, line)}")
            return "yes" if click.confirm(word("done"), default=None) else "no"
        if ask.kind == "choice":
            return self._chosen(ask)
        unit = f" ({ask.unit})" if ask.unit else ""
        typed: str = click.prompt(
            f"{word('answer')}{unit}", default="" if ask.optional else None, show_default=False
        )
        return typed

    def tell(self, text_: str) -> None:
        """Say why an answer was not accepted."""
        click.echo(word("refused", why=text_))

    def _chosen(self, ask: Ask) -> str:
        known = ask.words.get(language(), {})
        for number, choice in enumerate(ask.choices, start=1):
            click.echo(f"  {number} {known.get(choice, choice)}")
        number = click.prompt(word("number"), type=click.IntRange(1, len(ask.choices)))
        return ask.choices[number - 1]
