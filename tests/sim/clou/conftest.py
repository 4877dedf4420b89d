"""Frames of Clou's protocol, put together as protocols.md section 5.3 says."""

from __future__ import annotations

import pytest


def _frame(receiver: int, sender: int, body: str) -> str:
    data = bytes.fromhex(body)
    checked = bytes([receiver, sender, len(data) + 5]) + data
    check = 0
    for byte in checked:
        check ^= byte
    return (b"\x81" + checked + bytes([check])).hex(" ").upper()


@pytest.fixture
def frame():
    return _frame
