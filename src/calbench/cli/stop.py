"""`calbench stop`: end a running run at the next exchange."""

from calbench.cli.telling import verb

command = verb(
    "stop",
    "End RUN (a folder) at the next exchange: the current attempt is discarded, but journalled; status STOPPED.",
)
