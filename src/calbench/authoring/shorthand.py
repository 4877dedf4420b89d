"""What a procedure says in short, written out in its tree: `tables`, tests `like` another, points `reversed`, `with`.

It happens before the model is built. What is taken over keeps its place: a mistake in it is told where it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from calbench.authoring import handing, value_tables
from calbench.authoring.located import Node, Place
from calbench.authoring.source import Source
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.tree import MOST_VALUES
from calbench.authoring.yamlfile import Parsed, parse
from calbench.documents.procedure import Procedure
from calbench.documents.varying import REVERSED
from calbench.errors import Problem

OWN = ("test", "use", "title", "like")
"""What a test never takes over from the one that it is like."""

Note = Callable[[str, Place, str, str], None]


def parsed_as(source: Source, model: type[object]) -> Parsed:
    """Read a text as the file of a model: `parse`, and in a procedure what is said in short is written out."""
    parsed = parse(source)
    if parsed.root is None or not issubclass(model, Procedure):
        return parsed
    problems: list[Problem] = []

    def note(rule: str, place: Place, message: str, help_: str) -> None:
        problems.append(
            Problem(source.file, place.line, place.column, rule, message, help_, max(1, place.length))
        )

    whole = _write_out(parsed.root, note)
    return Parsed(parsed.root if whole else None, parsed.problems + problems)


def _write_out(root: Node, note: Note) -> bool:
    """Write everything out; tell whether that was not too much."""
    value_tables.write_out(root, note)
    if not _bounded(root, "tables", note):
        return False
    tests = root.children.get("tests")
    if tests is None or not isinstance(tests.value, list):
        return True
    before: dict[str, Node] = {}
    names = [_text(test, "test") for test in tests.children.values()]
    for index, test in list(tests.children.items()):
        if not isinstance(test.value, dict):
            continue
        if "like" in test.children:
            _take_over(test, before, [one for one in names if one], note)
            root.size += test.size
            if not _bounded(root, "like", note, test):
                return False
        _turn_round(test, note)
        handing.write_out(test, note)
        name = names[int(index)]
        if name is not None:
            before.setdefault(name, test)
    return True


def _bounded(root: Node, said: str, note: Note, at: Node | None = None) -> bool:
    """Tell whether a file holds no more than one may, with what is `said` in short written out."""
    if root.size <= MOST_VALUES:
        return True
    place = (at or root.children.get(said, root)).place
    note(
        "Y012",
        place,
        f"the file holds more than {MOST_VALUES:,} values ('{said}' written out)",
        "split the file",
    )
    return False


def _take_over(test: Node, before: dict[str, Node], names: list[str], note: Note) -> None:
    """Add what the test that this one is like has, and this one does not say."""
    said, place = _text(test, "like"), test.children["like"].place
    if said is None or "use" in test.children:
        return  # told by the model, and by the rules of `use`
    origin = before.get(said)
    if origin is None:
        if said in names:
            message = f"{shown(said)} does not stand before this test"
            note("P130", place, message, "move it up, or let that test be like this one")
        else:
            note("P130", place, f"there is no test {shown(said)}", mend(said, list(before)))
        return
    for key, node in origin.children.items():
        if key not in OWN and key not in test.children:
            _put(test, key, node, origin.keys.get(key))
            test.size += node.size
            test.height = max(test.height, node.height + 1)


def _turn_round(test: Node, note: Note) -> None:
    """Write out a direction that goes back through the points of the one before it, without the turning point."""
    points = test.children.get("points")
    if points is None or not isinstance(points.value, dict):
        return
    if all(node.value != REVERSED for node in points.children.values()):
        return
    made = Node({}, points.place, points.style)
    made.children, made.keys, made.size, made.height = {}, {}, points.size, points.height
    forth: Node | None = None
    for direction, node in points.children.items():
        found = _back(forth, node, note) if node.value == REVERSED else node
        if found is not None:
            _put(made, direction, found, points.keys.get(direction))
        forth = node
    _put(test, "points", made, test.keys.get("points"))


def _back(forth: Node | None, here: Node, note: Note) -> Node | None:
    """Give the way back, or note why there is none."""
    if forth is None or not isinstance(forth.value, list):
        note(
            "P131",
            here.place,
            "nothing stands before it to be reversed",
            "write the points of a direction first",
        )
        return None
    nodes = [forth.children[index] for index in range(len(forth.value))]
    if len(nodes) < 2:  # noqa: PLR2004 - the turning point, and one to go back to
        note("P131", here.place, "one point has no way back", "write the points of this direction")
        return None
    if "only_if" in nodes[-1].children:
        message = "the last point, where the direction turns, may be left out: what is reversed is not clear"
        note("P131", here.place, message, "write the points of this direction")
        return None
    back = Node([node.value for node in nodes[-2::-1]], here.place)
    back.children = dict(enumerate(nodes[-2::-1]))
    back.size, back.height = forth.size, forth.height
    return back


def _put(parent: Node, key: str | int, node: Node, place: Place | None) -> None:
    parent.children[key] = node
    parent.value[key] = node.value
    if place is not None:
        parent.keys[key] = place


def _text(node: Node, key: str) -> str | None:
    child = node.children.get(key)
    return child.value if child is not None and isinstance(child.value, str) else None


__all__ = ["OWN", "parsed_as"]
