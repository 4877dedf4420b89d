"""Parts of the plan that say what it was made of: procedure, files, parameters, standards, conditions, policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from calbench.documents.asking import PatiencePlan
from calbench.documents.conduct import ConditionPlan, PolicyPlan
from calbench.documents.environment import Condition, Environment
from calbench.documents.formulas import FormulaPlan, FormulaStated
from calbench.documents.loaded import Loaded
from calbench.documents.origin import ParameterValue, ProcedureRef, Source, Standard
from calbench.documents.plan import ConnectionPlan, TestPlan
from calbench.documents.policy import Patience
from calbench.documents.procedure import Procedure
from calbench.documents.releasing import ReleasePlan
from calbench.documents.station import Laboratory, Release
from calbench.planning import parameters, standards
from calbench.planning.binding import Bound
from calbench.planning.expansion import fill, translated
from calbench.planning.request import Request
from calbench.planning.stages import several
from calbench.quantities import Quantity, parse_quantity

LAST_COMPLETE: Literal["last_complete"] = "last_complete"
COUNTS_SAYS = {
    "en": "Of several attempts at a point the last complete one that was not discarded counts; all are kept.",
    "zh": "同一测量点有多次测量时，以最后一次完整且未作废的测量为准；全部测量均予保存。",
}


def named(procedure: Procedure) -> ProcedureRef:
    """Name the procedure as the certificate does."""
    regulation = procedure.regulation
    return ProcedureRef(
        id=procedure.id,
        version=procedure.version,
        title=procedure.procedure,
        regulation=f"{regulation.id}-{regulation.year}" if regulation else "",
        sources=dict(procedure.sources),
        applies_to=dict(procedure.applies_to),
        kind=procedure.kind or "",
        words=translated(procedure.words, [*procedure.sources, *_choices(procedure)]),
    )


def _choices(procedure: Procedure) -> list[str]:
    """Name what the parameters may be chosen from."""
    return [str(each) for one in procedure.parameters.values() for each in one.choices or ()]


def laboratory(stated: Laboratory) -> dict[str, str]:
    """Give what the station says of its laboratory, without what it does not say."""
    return stated.model_dump(exclude={"cmc"}, exclude_none=True)


def release(stated: Release) -> ReleasePlan:
    """Give what the station demands before a certificate is signed."""
    return ReleasePlan(required=stated.required, by_reviewer=stated.by_reviewer)


def sources(request: Request, bound: list[Bound]) -> list[Source]:
    """Name every authored file that the plan was made of, by its id, file name and hash."""
    procedures = [request.procedure, *request.used.values()]
    vocabularies = {one.vocabulary.sha256: one.vocabulary for one in procedures if one.vocabulary is not None}
    formularies = {each.sha256: each for one in procedures for each in one.formularies}
    names = dict.fromkeys(asset.asset for one in bound for asset in one.assets)
    assets = [request.assets[name] for name in names]
    station = request.station
    return [
        *(_source("procedure", one.model.id, one, one.model.version) for one in procedures),
        *(_source("vocabulary", one.model.id, one, one.model.version) for one in vocabularies.values()),
        *(_source("formulary", one.model.id, one, one.model.version) for one in formularies.values()),
        _source("station", station.model.station, station),
        *(_source("asset", one.model.asset, one) for one in assets),
        *(
            Source(
                kind="certificate",
                id=one.model.asset,
                path=one.model.dcc,
                sha256=one.model.certificate.sha256,
            )
            for one in assets
            if one.model.dcc is not None and one.model.certificate.sha256 is not None
        ),
        *(
            Source(kind="picture", id=path, path=path, sha256=sha256)
            for path, sha256 in sorted(request.pictures.items())
        ),
    ]


def _source(
    kind: Literal["procedure", "vocabulary", "formulary", "station", "asset"],
    name: str,
    loaded: Loaded[Any],
    version: str = "",
) -> Source:
    return Source(kind=kind, id=name, version=version, path=Path(loaded.path).name, sha256=loaded.sha256)


def formulas(request: Request, tests: Sequence[TestPlan]) -> list[FormulaPlan]:
    """Give the formulas that the procedures of these tests were written out with, as they were written."""
    ids = {test.procedure for test in tests} | {request.procedure.model.id}
    used = [one for one in (request.procedure, *request.used.values()) if one.model.id in ids]
    found = [_formula(name, one, owner) for owner in used for name, one in owner.model.formulas.items()]
    return list({(one.origin, one.name): one for one in found}.values())


def _formula(name: str, one: FormulaStated, owner: Loaded[Procedure]) -> FormulaPlan:
    of = next((each.model for each in owner.formularies if name in each.model.formulas), owner.model)
    return FormulaPlan(
        name=name,
        title=one.title or {},
        of=one.of,
        text=one.is_,
        within=one.valid,
        source=one.source,
        origin=f"{of.id} {of.version}",
    )


def used_parameters(procedure: Procedure, values: Mapping[str, parameters.Given]) -> list[ParameterValue]:
    """Give each parameter with the value used."""
    return [
        ParameterValue(name=name, value=parameters.shown(value), label=procedure.parameters[name].label or {})
        for name, value in values.items()
    ]


def used_standards(bound: list[Bound], on: date) -> list[Standard]:
    """Give each asset in use, once, as it is on the day of use."""
    assets = {asset.asset: (asset, len(one.assets) > 1) for one in bound for asset in one.assets}
    return [standards.described(asset, on, pieces=several) for asset, several in assets.values()]


def certified_masses(bound: Mapping[str, Bound]) -> dict[str, str]:
    """Give the certified mass of every weight of the sets in use, by its id."""
    return {
        weight.id: weight.mass for one in bound.values() for asset in one.assets for weight in asset.weights
    }


def conditions(procedure: Procedure, watched: Mapping[str, Bound]) -> list[ConditionPlan]:
    """Give the environmental conditions with their limits."""
    environment = procedure.environment
    return [_condition(name, getattr(environment, name), environment, one) for name, one in watched.items()]


def _condition(name: str, condition: Condition, environment: Environment, bound: Bound) -> ConditionPlan:
    lower, upper = condition.min, condition.max
    if condition.nominal is not None and condition.tolerance is not None:
        nominal, tolerance = parse_quantity(condition.nominal), parse_quantity(condition.tolerance)
        lower = Quantity(nominal.value - tolerance.value, nominal.unit).text()
        upper = Quantity(nominal.value + tolerance.value, nominal.unit).text()
    return ConditionPlan(
        quantity=name,
        role=bound.binding.role,
        lower=lower,
        upper=upper,
        drift=condition.drift,
        check_every=condition.check_every,
        on_violation=condition.on_violation,
        max_age=condition.max_age,
        at_most=environment.suspend.at_most,
        settle=environment.suspend.settle,
        on_lost=environment.on_lost,
        per_point=True,
    )


def connections(request: Request, position: str) -> list[ConnectionPlan]:
    """Give the connections with their texts filled in: those of the procedure, and others of the ones it uses."""
    own = request.procedure.model.connections
    further = {name: one for used in request.used.values() for name, one in used.model.connections.items()}
    texts = {"position": position}
    return [
        ConnectionPlan(
            id=name,
            title=fill(one.title, texts),
            text=fill(one.text, texts),
            picture=one.picture,
            confirm=[fill(line, texts) for line in one.confirm],
        )
        for name, one in {**own, **further, **own}.items()
    ]


def policy(procedure: Procedure) -> PolicyPlan:
    """Give what happens when something does not pass or does not answer."""
    stated = procedure.policy
    return PolicyPlan(
        on_fail=stated.on_fail,
        retakes=stated.retake.allowed,
        comms_retry=stated.comms_retry,
        stages=list(stated.stages),
        resume_within=stated.resume_within,
        adjust=stated.adjust if several(procedure) else None,
        counts=LAST_COMPLETE,
        counts_says=COUNTS_SAYS,
        retake_reason=stated.retake.reason,
        without_failure=stated.retake.without_failure,
        prompts=_patience(stated.prompts),
    )


def _patience(stated: Patience | None) -> PatiencePlan | None:
    if stated is None:
        return None
    return PatiencePlan(
        remind_after=stated.remind_after,
        escalate_after=stated.escalate_after,
        escalate_to=stated.escalate_to or "",
        safe_after=stated.safe_after,
    )


def not_in_effect(request: Request) -> list[str]:
    """Name the keys of the files that say more than this version of the program does."""
    procedure = request.procedure.model
    found = {
        "procedure: policy.stages beyond as_found": len(procedure.policy.stages) > 1
        and not several(procedure),
    }
    return [key for key, says in found.items() if says]
