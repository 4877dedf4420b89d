"""The texts of a module's source, in every way in which they can read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product

SENTENCE = re.compile(r"\S.* \S.*[.?]", re.DOTALL)
LATIN = re.compile(r"[A-Za-z_]{3,}")


def spelled(node: ast.AST) -> list[str] | None:
    """Give every way in which a text of the source can read, with a sign for what is filled in; None for no text."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [spelled(part) or ["§"] for part in node.values]
        return ["".join(chosen) for chosen in product(*parts)]
    if isinstance(node, ast.FormattedValue) and _quotes(node.value):
        return ["'§'"]
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp):
        return [*(spelled(node.value.body) or ["§"]), *(spelled(node.value.orelse) or ["§"])]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [spelled(side) or ["§"] for side in (node.left, node.right)]
        return ["".join(chosen) for chosen in product(*sides)]
    return None


def _quotes(node: ast.AST) -> bool:
    """Tell whether a value is put in quotes, by the functions of this name."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("shown", "_shown")


def _unsaid(tree: ast.AST) -> Iterator[int]:
    """Give the texts that are patterns or types, or are for schemas or programmers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            of = ast.unparse(node.func)
            if of in ("re.compile", "_known", "cast", "AttributeError"):
                yield id(node.args[0])
            elif of == "WithJsonSchema":
                yield from (id(inner) for inner in ast.walk(node))


def sentences(tree: ast.AST, such: re.Pattern[str] = SENTENCE) -> Iterator[str]:
    """Give the texts of a module that are sentences, or otherwise such, but for its docstrings."""
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)} | set(_unsaid(tree))
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        found = spelled(node) if isinstance(node, ast.Constant | ast.JoinedStr) else None
        if found is not None:
            yield from (text for text in found if id(node) not in skipped and such.fullmatch(text))
        else:
            waiting.extend(ast.iter_child_nodes(node))
