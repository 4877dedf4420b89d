"""Data of DL/T 698.45 replies: values with a tag in front (protocols.md 6.3; A-XDR as in DL/T 698.45, clause 7)."""

from __future__ import annotations

from collections.abc import Callable

from calbench.errors import UnexpectedReply

Data = int | bytes | str | list["Data"] | None
_DEEPEST = 4
_ARRAY, _STRUCTURE = 1, 2
_INTEGERS = {3: (1, False), 5: (4, True), 6: (4, False), 15: (1, True), 16: (2, True), 17: (1, False),
             18: (2, False), 20: (8, True), 21: (8, False), 22: (1, False)}  # fmt: skip
_FIXED = {28: 7}  # date_time_s
_OCTETS, _VISIBLE = 9, 10


def parse(data: bytes, *, depth: int = 0) -> tuple[Data, bytes]:
    """Read one value; give it and what stands behind it.

    Returns:
        Integers (of scalers nothing is known here), octets, text, or a list of an array or structure; None for null.

    Raises:
        UnexpectedReply: The tag is none of these, the value is cut off, or nested deeper than four levels.
    """
    if not data:
        raise UnexpectedReply("the data ends where a value should begin")
    tag, rest = data[0], data[1:]
    if tag == 0:
        return None, rest
    if tag in _INTEGERS:
        length, signed = _INTEGERS[tag]
        return _cut(rest, length, lambda raw: int.from_bytes(raw, "big", signed=signed))
    if tag in _FIXED:
        return _cut(rest, _FIXED[tag], bytes)
    if tag in (_OCTETS, _VISIBLE):
        length = rest[0] if rest else 0
        return _cut(rest[1:], length, bytes if tag == _OCTETS else lambda raw: raw.decode("latin-1"))
    if tag not in (_ARRAY, _STRUCTURE) or not rest or depth >= _DEEPEST:
        raise UnexpectedReply(f"a value with the tag {tag} stands where one that is known should be")
    items: list[Data] = []
    count, rest = rest[0], rest[1:]
    for _ in range(count):
        item, rest = parse(rest, depth=depth + 1)
        items.append(item)
    return items, rest


def _cut(data: bytes, length: int, make: Callable[[bytes], Data]) -> tuple[Data, bytes]:
    if len(data) < length:
        raise UnexpectedReply(f"a value is cut off: it has {len(data)} of its {length} bytes")
    return make(data[:length]), data[length:]
