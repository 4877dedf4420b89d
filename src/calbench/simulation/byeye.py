"""Instruments that a person reads, sets and adjusts: what a model of one does beside standing in the world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


@runtime_checkable
class ReadByEye(Protocol):
    """An instrument with a display or a scale."""

    def shown(self, quantity: str) -> str:
        """Give what a person reads of a quantity (`voltage.dc`, `temperature`), as it is typed in: number and unit.

        Raises:
            UsageError: It does not show this quantity.
        """


@runtime_checkable
class SetByHand(Protocol):
    """An instrument that a person sets before each reading, and that takes its time then."""

    def set_by_hand(self, quantity: str, told: Mapping[str, float]) -> float:
        """Set what a reading of a quantity takes; give the seconds until it can be read.

        Args:
            quantity: As in `ReadByEye.shown`.
            told: What the procedure says of it, in the units of `measurands.TOLD`.

        Raises:
            UsageError: It does not show this quantity, or something is missing.
        """


@runtime_checkable
class AppliedByHand(Protocol):
    """A source that a person sets, or that lets something pass as they tell it."""

    def apply_by_hand(self, quantity: str, told: Mapping[str, float]) -> None:
        """Put out a quantity, as the language names it, with all that the source is told, in the language's units.

        An amount (a volume, a distance, energy) has passed and stopped when this returns: the clock goes on meanwhile.

        Raises:
            UsageError: It does not put out this quantity, or not so much.
        """


@runtime_checkable
class AdjustedByHand(Protocol):
    """An instrument that a person can adjust."""

    def adjust_by_hand(self) -> None:
        """Take most of its errors away."""


@runtime_checkable
class Pressed(Protocol):
    """A weighing instrument with keys for zero and tare."""

    def press(self, key: str) -> None:
        """Wait for rest, and press the key `zero` or `tare`.

        Raises:
            UsageError: It refuses, as it does too far from zero.
        """


@runtime_checkable
class SetByEye(Protocol):
    """An instrument with a pointer, which a person brings onto a mark by turning the source."""

    def set_on(self, mark: float, *, falling: bool) -> None:
        """Bring the pointer onto a mark (SI), from above or from below."""


@runtime_checkable
class Tapped(Protocol):
    """An instrument whose pointer hangs back until somebody taps it."""

    def tap(self) -> None:
        """Tap it, lightly."""


@runtime_checkable
class Drained(Protocol):
    """A tank or the like that a person empties."""

    def drain(self) -> None:
        """Let out what is in it."""


@runtime_checkable
class Zeroed(Protocol):
    """A display that a person can set to zero, as that of a meter in test mode."""

    def zero(self) -> None:
        """Set it to zero, if it can be now."""


@runtime_checkable
class Carried(Protocol):
    """A unit that is itself put on a pan: a weight under test, with a terminal `pan` connected to that of a balance."""

    def put_down(self) -> float:
        """Give the mass (kg) that a balance sees which is adjusted for conventional mass, in the air of now."""
