"""`calbench go-on`: let a run go on that is held."""

from calbench.cli.telling import verb

command = verb(
    "go-on", "Let RUN (a folder) go on, if it is held; or take a pause back that has not taken effect."
)
