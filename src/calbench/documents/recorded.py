"""Parts of a record that say under which conditions a result was measured."""

from __future__ import annotations

from calbench.documents.model import Stored


class PointCondition(Stored):
    """One condition while an attempt was made: from the last sample before it to the last one within it.

    `age_s` is how old that sample before was when the attempt began; `outside` how many samples, that one included,
    were outside the permitted limits.
    """

    quantity: str
    unit: str
    minimum: str
    maximum: str
    samples: int
    outside: int
    age_s: str
