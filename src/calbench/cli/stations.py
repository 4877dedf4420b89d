"""`calbench stations`: what benches there are."""

from __future__ import annotations

from pathlib import Path

from calbench.authoring import read
from calbench.cli.listing import listed
from calbench.cli.text import NO_BREAK
from calbench.cli.wording import word
from calbench.documents.station import Station


def _row(path: Path) -> tuple[str, ...]:
    station = read(path, Station).model
    instruments = [
        f"{name}:{NO_BREAK}{one.driver or word('listed.by.hand')}"
        for name, one in station.instruments.items()
    ]
    positions = [f"{name}:{NO_BREAK}{one.driver}" for name, one in station.positions.items()]
    return (
        word("listed.simulated", station=station.station) if station.simulated else station.station,
        ", ".join(instruments),
        ", ".join(positions),
    )


command = listed("stations", _row, ("station", "instruments", "positions"))
