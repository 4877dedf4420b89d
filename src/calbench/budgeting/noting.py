"""What a reader of a budget should know and the numbers alone do not say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from calbench.budgeting.outcome import LocalTexts, Output
from calbench.budgeting.wording import texts
from calbench.documents.budget import BudgetFile
from calbench.metrology import Inputs, Propagation
from calbench.metrology.correlation import groups
from calbench.metrology.joint import is_regular
from calbench.quantities import names, parse


def notes(
    file: BudgetFile, inputs: Inputs, law: Propagation, outputs: Sequence[Output]
) -> Iterator[LocalTexts]:
    """Give the notes, one sentence or two each, in every language."""
    yield from _idle(file, law)
    yield from _dof(inputs)
    propagated = len(outputs) > 1 and outputs[0].gum is not None
    if propagated and (law.u > 0).all() and not is_regular(law.correlation[:, :, 0]):
        yield texts("note.singular")
    for one in outputs:
        yield from _of_output(one, correlated=inputs.correlation is not None)


def _idle(file: BudgetFile, law: Propagation) -> Iterator[LocalTexts]:
    used = {name for text in file.model.values() for name in names(parse(text))}
    places = {id_: place for place, id_ in enumerate(law.inputs.ids)}
    for name, one in file.inputs.items():
        place = places[one.id or name]
        if name not in used:
            yield texts("note.unused", name=name)
        elif law.inputs.stds[place, 0] > 0 and not law.sensitivities[:, place].any():
            yield texts("note.idle", name=name)


def _dof(inputs: Inputs) -> Iterator[LocalTexts]:
    if inputs.correlation is None:
        return
    for members in groups(inputs.correlation):
        dofs = {inputs.influences[i].dof for i in members if inputs.influences[i].std > 0}
        if len(members) > 1 and len(dofs) > 1:
            named = ", ".join(inputs.ids[i] for i in members)
            yield texts("note.dof", names=named, dof=f"{min(dofs):g}")


def _of_output(one: Output, *, correlated: bool) -> Iterator[LocalTexts]:
    if one.gum is not None and one.gum.linear is False:
        yield texts("note.nonlinear", name=one.name, u=f"{one.gum.u_second_order:.3g} {one.u_unit}".rstrip())
        if correlated:
            yield texts("note.correlated", name=one.name)
    if one.gum is not None and one.gum.stated.floored:
        yield texts("note.cmc", name=one.name)
    if one.mc is not None and math.isnan(one.mc.u):
        yield texts("note.heavy", name=one.name)
    if one.mc is not None and one.mc.u > one.mc.high - one.mc.low:
        yield texts("note.tails", name=one.name)
    if one.validated is False:
        yield texts("note.invalid", name=one.name)
