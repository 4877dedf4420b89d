"""What a reader of a budget should know and the numbers alone do not say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from calbench.budgeting.outcome import Output
from calbench.documents.budget import BudgetFile
from calbench.metrology import Inputs, Propagation
from calbench.metrology.correlation import groups
from calbench.quantities import names, parse


def notes(file: BudgetFile, inputs: Inputs, law: Propagation, outputs: Sequence[Output]) -> Iterator[str]:
    """Give the notes, one sentence or two each."""
    yield from _idle(file, law)
    yield from _dof(inputs)
    for one in outputs:
        yield from _of_output(one)


def _idle(file: BudgetFile, law: Propagation) -> Iterator[str]:
    used = {name for text in file.model.values() for name in names(parse(text))}
    places = {id_: place for place, id_ in enumerate(law.inputs.ids)}
    for name, one in file.inputs.items():
        place = places[one.id or name]
        if name not in used:
            yield f"{name} is used by no output, so it contributes nothing."
        elif law.inputs.stds[place, 0] > 0 and not law.sensitivities[:, place].any():
            yield f"{name} has no effect at first order: at these values every sensitivity to it is zero."


def _dof(inputs: Inputs) -> Iterator[str]:
    if inputs.correlation is None:
        return
    for members in groups(inputs.correlation):
        dofs = {inputs.influences[i].dof for i in members if inputs.influences[i].std > 0}
        if len(members) > 1 and len(dofs) > 1:
            names = ", ".join(inputs.ids[i] for i in members)
            yield (
                f"{names} are correlated and have different degrees of freedom; together they count with the fewest, "
                f"{min(dofs):g}, which is on the safe side."
            )


def _of_output(one: Output) -> Iterator[str]:
    if one.gum is not None and one.gum.linear is False:
        yield (
            f"{one.name}: the model is not linear within the uncertainties; with second-order terms (JCGM 100 5.1.2) u "
            f"would be {one.gum.u_second_order:.3g} {one.u_unit}".rstrip()
            + ". Compare with the method mc."
        )
    if one.gum is not None and one.gum.stated.floored:
        yield f"{one.name}: U is smaller than the CMC, so the CMC is stated."
    if one.mc is not None and math.isnan(one.mc.u):
        yield (
            f"{one.name}: an input has 2 degrees of freedom or fewer, and draws of its t distribution have no standard "
            f"deviation (JCGM 101 6.4.9.4); the interval holds."
        )
    if one.validated is False:
        yield (
            f"{one.name}: the interval of the law of propagation differs from that of Monte Carlo by more than half of "
            f"the last digit of u (JCGM 101 clause 8); state the interval of Monte Carlo."
        )
