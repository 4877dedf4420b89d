"""Cassettes: the traffic of a session with instruments, recorded and replayed.

```python
import pyvisa
from calbench.instruments.cassettes import Player, Recorder

with Recorder("meter.cassette") as recorder:
    manager = pyvisa.ResourceManager(recorder.library("@py"))  # then as without
```

A replay is evidence about a driver, never about a measurement.

From the bottom up: `operation`, `calls` and `cassette` are the file; `writer` and `replay` fill and answer from one;
`recording…` and `playing…` are what links and programs talk through; `Recorder` and `Player` hand these out.
"""

from calbench.instruments.cassettes.cassette import Cassette, load_cassette
from calbench.instruments.cassettes.operation import Operation
from calbench.instruments.cassettes.player import Player
from calbench.instruments.cassettes.recorder import Recorder

__all__ = ["Cassette", "Operation", "Player", "Recorder", "load_cassette"]
