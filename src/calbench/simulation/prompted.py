"""The simulated operator as whoever answers prompts: hands in the simulated world, plain answers to questions."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.prompt import Ask
from calbench.simulation.staging import Stage

YES = "yes"


class SimulatedOperator:
    """Connects leads and places weights as prompts ask, confirms, and takes the first choice of a question.

    `wrong` holds answers that are given instead, by the id of the prompt, where a test wants a mistake.
    """

    name = "simulated operator"

    def __init__(self, stage: Stage, position: str, wrong: Mapping[str, str] | None = None) -> None:
        self._stage = stage
        self._position = position
        self._wrong = dict(wrong or {})

    def answer(self, ask: Ask) -> str:
        """Do what is asked, and answer."""
        if ask.kind == "place":
            self._place(ask)
        elif ask.id.startswith("connect/"):
            self._stage.hands.connect(ask.id.removeprefix("connect/"), prompt=ask.id)
        if ask.id in self._wrong:
            return self._wrong[ask.id]
        if ask.kind in ("confirm", "place"):
            return YES
        if ask.kind == "choice":
            return ask.choices[0]
        return "" if ask.optional else ask.minimum or "simulated"

    def tell(self, text: str) -> None:
        """Take note; a simulated operator has nobody to show it to."""

    def _place(self, ask: Ask) -> None:
        pan = f"{self._position}.pan"
        if not ask.weights:
            self._stage.hands.remove(pan, prompt=ask.id)
            return
        masses = [self._stage.masses[name] for name in ask.weights]
        spot = ask.position.lstrip("0123456789 ") or "centre"
        self._stage.hands.place(pan, masses, spot, prompt=ask.id)
