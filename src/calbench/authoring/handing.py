"""What `with` hands on under the same name, written out: `[Un, {phases: 3}]` is `{Un: $Un, phases: 3}`."""

from __future__ import annotations

from collections.abc import Callable

from calbench.authoring.located import Node, Place
from calbench.authoring.suggestions import shown
from calbench.documents.scalars import PlainScalar

RULE = "P161"
Note = Callable[[str, Place, str, str], None]


def write_out(test: Node, note: Note) -> None:
    """Make the map of a `with` that is a list of names and maps; what is neither is left for the model to tell."""
    given = test.children.get("with")
    if given is None or not isinstance(given.value, list):
        return
    entries = [given.children[index] for index in range(len(given.value))]
    if not all(isinstance(one.value, str | dict) for one in entries):
        return
    made = Node({}, given.place, given.style)
    made.children, made.keys, made.size, made.height = {}, {}, given.size, given.height
    for one in entries:
        if isinstance(one.value, str):
            handed = Node(PlainScalar(f"${one.value}"), one.place, "*")
            _put(made, one.value, handed, one.place, note)
        for key, node in one.children.items():
            _put(made, str(key), node, one.keys[key], note)
    test.children["with"] = made
    test.value["with"] = made.value


def _put(made: Node, key: str, node: Node, place: Place, note: Note) -> None:
    if key in made.children:
        note(RULE, place, f"{shown(key)} is handed on twice", "remove one")
        return
    made.children[key], made.keys[key] = node, place
    made.value[key] = node.value


__all__ = ["write_out"]
