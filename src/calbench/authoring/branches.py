"""One story per value: of the errors of all branches of a union, those of the branch that was meant.

Pydantic reports every branch. Out of `mpe: ExpressionText | Limits` for `mpe: 0.5 % rgd` only the first can
have been meant, since the file holds a text; of several models, the one whose keys are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from calbench.authoring.located import Located, Node, Path
from calbench.authoring.suggestions import closest
from calbench.authoring.tracing import Branch, Step, allowed_keys

WRONG_KIND: Mapping[str, tuple[type, ...]] = {
    "model_type": (dict,),
    "model_attributes_type": (dict,),
    "dataclass_type": (dict,),
    "dict_type": (dict,),
    "mapping_type": (dict,),
    "list_type": (list,),
    "tuple_type": (list,),
    "set_type": (list,),
    "frozen_set_type": (list,),
    "iterable_type": (list,),
    "string_type": (str,),
    "int_type": (str,),
    "float_type": (str,),
    "decimal_type": (str,),
    "bool_type": (str,),
    "date_type": (str,),
    "datetime_type": (str,),
    "time_type": (str,),
    "time_delta_type": (str,),
    "literal_error": (str,),
    "enum": (str,),
}
"""Error types that mean another kind of value, and the kinds they ask for; text stands for every scalar."""


Owner = type[BaseModel] | None


@dataclass(frozen=True)
class Issue:
    """One error of pydantic, with its location taken apart."""

    type: str
    steps: tuple[Step, ...]
    owner: Owner = None
    in_key: bool = False
    message: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] | None = None  # keys that other branches would allow too
    others: tuple[Issue, ...] = ()  # what the other branches of the same value say

    @property
    def path(self) -> Path:
        """The path in the file: the steps without branches."""
        return tuple(step for step in self.steps if not isinstance(step, Branch))


def best_branches(issues: Sequence[Issue], located: Located) -> list[Issue]:
    """Keep, for every value that a union describes, the issues of one branch."""
    kept: list[Issue] = []
    unions: dict[Path, dict[str, list[Issue]]] = {}
    for issue in issues:
        at = next((index for index, step in enumerate(issue.steps) if isinstance(step, Branch)), None)
        if at is None:
            kept.append(issue)
            continue
        path = tuple(step for step in issue.steps[:at] if not isinstance(step, Branch))
        branch = issue.steps[at]
        name = branch.name if isinstance(branch, Branch) else ""
        below = replace(issue, steps=issue.steps[:at] + issue.steps[at + 1 :])
        unions.setdefault(path, {}).setdefault(name, []).append(below)
    for path, branches in unions.items():
        told = [best_branches(branch, located) for branch in branches.values()]
        kept.extend(_best(path, told, located.node(path)))
    return kept


def _best(path: Path, branches: list[list[Issue]], node: Node | None) -> list[Issue]:
    if len(branches) == 1:
        return branches[0]
    fitting = [
        branch for branch in branches if not any(_is_wrong_kind(path, issue, node) for issue in branch)
    ]
    if not fitting:
        return _merged(path, branches)
    if node is None or not isinstance(node.value, dict):
        return fitting[0] if len(fitting) == 1 else _merged(path, fitting)
    given = [key for key in node.children if isinstance(key, str)]
    unknown_everywhere = all(
        {issue.path[-1] for issue in branch if _is_at(path, issue, "extra_forbidden")} >= set(given)
        for branch in fitting
    )
    best = min(fitting, key=lambda branch: _misfit(path, branch))
    if len(fitting) > 1 and given and unknown_everywhere:
        owners = {
            issue.owner: None
            for branch in fitting
            for issue in branch
            if _is_at(path, issue, "extra_forbidden")
        }
        choices = tuple(dict.fromkeys(key for owner in owners if owner for key in allowed_keys(owner)))
        return [replace(issue, choices=choices) for issue in best if _is_at(path, issue, "extra_forbidden")]
    return best


def _is_wrong_kind(path: Path, issue: Issue, node: Node | None) -> bool:
    wanted = WRONG_KIND.get(issue.type)
    if wanted is None or issue.path != path or node is None:
        return False
    return not isinstance(node.value, wanted)


def _is_at(path: Path, issue: Issue, kind: str) -> bool:
    return issue.type == kind and len(issue.path) == len(path) + 1


def _misfit(path: Path, branch: list[Issue]) -> tuple[int, int, int]:
    """Rate a branch: wrong discriminating words, then keys that do not fit, then everything."""
    words = sum(_is_at(path, issue, "literal_error") for issue in branch)
    missing = [str(issue.path[-1]) for issue in branch if _is_at(path, issue, "missing")]
    unknown = [issue for issue in branch if _is_at(path, issue, "extra_forbidden")]
    keys = len(missing) + sum(
        1 if issue.owner and closest(str(issue.path[-1]), allowed_keys(issue.owner)) else 2
        for issue in unknown
    )
    return words, keys, len(branch)


def _merged(path: Path, branches: list[list[Issue]]) -> list[Issue]:
    """Say in one issue what each branch wants, if all speak about the value as a whole."""
    firsts = [branch[0] for branch in branches]
    if all(len(branch) == 1 and branch[0].path == path for branch in branches):
        return [replace(firsts[0], others=tuple(firsts[1:]))]
    return min(branches, key=len)
