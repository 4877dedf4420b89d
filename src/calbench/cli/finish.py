"""`calbench finish`: end a running run after the current point."""

from calbench.cli.telling import verb

command = verb(
    "finish", "End RUN (a folder) after the current point: clean-up, safe state, status STOPPED, partial."
)
