"""The commands that a driver's source sends, read from its syntax tree; nothing is run.

A command counts when a text, or a text with values filled in, is handed to `self._link.write` or `.query`, to
a function together with `self._link`, or to a method of the driver that hands it on; directly or by local
names. Its header is what stands before the first blank: `CONF:VOLT:DC 10` has the header `CONF:VOLT:DC`,
`*OPC?` is one itself. Several commands in one message are separated by `;`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_SENDERS = {"write", "query"}
_HOLE = "\0"  # stands for a value filled into a text
_MOST_ARGUMENTS = 100
_LETTERS = 2  # a header that begins with a hole is told by this many letters behind it

Forwarders = dict[str, set[int]]
"""Methods of the driver that send what they are handed: name, and positions of the arguments."""


def sent(tree: ast.Module) -> list[str]:
    """Give every command header that the source hands to its link, with a hole where a value is filled in."""
    constants = _constants(tree)
    forwarders = _forwarders(tree)
    return [
        header
        for function in _functions(tree)
        for message in _outgoing(function, forwarders)
        if _leading(message) not in _parameters(function)  # those count where the method is called
        for text in _texts(message, constants)
        for header in headers(text)
    ]


def mentioned(tree: ast.Module) -> list[str]:
    """Give every header that any text of the source could be, but for docstrings and the `COMMANDS` table."""
    skipped = {id(node) for holder in _tables(tree) for node in ast.walk(holder)}
    found: list[str] = []
    for node in ast.walk(tree):
        if id(node) not in skipped and isinstance(node, (ast.Constant, ast.JoinedStr)):
            for text in _texts(node, {}):
                found.extend(headers(text))
    return found


def headers(text: str) -> list[str]:
    """Give the headers of the commands in one message."""
    return [part.split()[0] for part in re.split(r"[;\r\n]", text) if part.strip()]


def fits(header: str, declared: str) -> bool:
    """Tell whether a header from the source, holes and all, can be this declared one."""
    if header.startswith(_HOLE) and sum(sign.isalpha() for sign in header) < _LETTERS:
        return False
    pattern = "".join(".*" if part == _HOLE else re.escape(part) for part in re.split(f"({_HOLE})", header))
    return re.fullmatch(pattern, declared) is not None


def shown(header: str) -> str:
    """Write a header for people."""
    return header.replace(_HOLE, "{…}")


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _is_link(node: ast.expr) -> bool:
    """Tell whether an expression is `self._link` or a parameter `link`."""
    return (isinstance(node, ast.Attribute) and node.attr in {"_link", "link"}) or (
        isinstance(node, ast.Name) and node.id == "link"
    )


def _arguments(call: ast.Call, forwarders: Forwarders) -> list[ast.expr]:
    """Give the arguments of a call that go out on the line."""
    if isinstance(call.func, ast.Attribute):
        if _is_link(call.func.value):
            return call.args[:1] if call.func.attr in _SENDERS else []
        positions = forwarders.get(call.func.attr, set())
        if positions and isinstance(call.func.value, ast.Name) and call.func.value.id == "self":
            return [argument for index, argument in enumerate(call.args) if index in positions]
    return call.args[1:2] if call.args and _is_link(call.args[0]) else []


def _outgoing(function: ast.FunctionDef, forwarders: Forwarders) -> list[ast.expr]:
    """Give every expression of a function that ends in a message, back through its local names."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    flows = _flows(function)
    found = [argument for call in calls for argument in _arguments(call, forwarders)]
    seen = {id(expression) for expression in found}
    for expression in found:  # grows on the way
        for source in _sources(expression, flows):
            if id(source) not in seen:
                seen.add(id(source))
                found.append(source)
    return found


def _sources(expression: ast.expr, flows: dict[str, list[ast.expr]]) -> list[ast.expr]:
    """Give what an expression gets its text from."""
    if isinstance(expression, ast.Name):
        return flows.get(expression.id, [])
    if isinstance(expression, (ast.List, ast.Tuple)):
        return expression.elts
    return [expression.value] if isinstance(expression, ast.Starred) else []


def _flows(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """Give what goes into each local name: by assignment, by a loop over it, or by `append`."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            found.setdefault(node.target.id, []).append(node.iter)
        elif isinstance(node, ast.Call):
            listed = (
                node.func.value
                if isinstance(node.func, ast.Attribute) and node.func.attr == "append"
                else None
            )
            if isinstance(listed, ast.Name):
                found.setdefault(listed.id, []).extend(node.args)
    return found


def _forwarders(tree: ast.Module) -> Forwarders:
    """Find the methods that send a parameter of theirs, themselves or through one another."""
    methods = _functions(tree)
    found: Forwarders = {}
    for _ in methods:  # a chain of methods is at most this long
        before = {name: set(positions) for name, positions in found.items()}
        for method in methods:
            leading = {_leading(message) for message in _outgoing(method, found)}
            parameters = _parameters(method)
            positions = {index for index, name in enumerate(parameters) if name in leading}
            if method.args.vararg and method.args.vararg.arg in leading:
                positions |= set(range(len(method.args.args) - 1, _MOST_ARGUMENTS))
            if positions:
                found[method.name] = positions
        if found == before:
            break
    return found


def _parameters(function: ast.FunctionDef) -> list[str]:
    """Give the names of the parameters after `self`."""
    rest = [function.args.vararg.arg] if function.args.vararg else []
    return [argument.arg for argument in function.args.args][1:] + rest


def _leading(message: ast.expr) -> str:
    """Give the name that holds the header of a message; empty if a text holds it, or part of it."""
    if isinstance(message, ast.Name):
        return message.id
    first, rest = message, None
    if isinstance(message, ast.JoinedStr) and message.values:
        first, rest = message.values[0], next(iter(message.values[1:]), None)
        first = first.value if isinstance(first, ast.FormattedValue) else first
    elif isinstance(message, ast.BinOp):
        first, rest = message.left, message.right
    whole = rest is None or (isinstance(rest, ast.Constant) and str(rest.value)[:1] in {" ", ";"})
    return first.id if whole and isinstance(first, ast.Name) else ""


def _texts(node: ast.expr, constants: dict[str, str]) -> list[str]:
    """Give the texts that an expression can be, with a hole for each value; none if it holds no text."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Name):
        return [constants[node.id]] if node.id in constants else []
    if isinstance(node, ast.IfExp):
        return _texts(node.body, constants) + _texts(node.orelse, constants)
    if isinstance(node, ast.JoinedStr):
        return ["".join(_piece(part, constants) for part in node.values)]
    return _joined(node, constants) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) else []


def _joined(node: ast.BinOp, constants: dict[str, str]) -> list[str]:
    """Give the texts that a sum can be; none if neither side holds text: a frame of bytes is none."""
    lefts, rights = _texts(node.left, constants), _texts(node.right, constants)
    if not lefts and not rights:
        return []
    return [left + right for left in lefts or [_HOLE] for right in rights or [_HOLE]]


def _piece(part: ast.expr, constants: dict[str, str]) -> str:
    """Give one piece of an f-string: its text, or a hole."""
    inner = part.value if isinstance(part, ast.FormattedValue) else part
    known = _texts(inner, constants)
    return known[0] if len(known) == 1 else _HOLE


def _constants(tree: ast.Module) -> dict[str, str]:
    """Give the texts that have a name at the top of the module."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _tables(tree: ast.Module) -> Iterator[ast.AST]:
    """Give what says about commands, but sends none: docstrings and `COMMANDS`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == "COMMANDS"
        ):
            yield node
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "COMMANDS" for target in node.targets
        ):
            yield node
