"""`calbench abort`: switch everything off at once."""

from calbench.cli.telling import verb

command = verb(
    "abort",
    "Switch everything off at once: the guard of RUN (a folder) acts beside the runner; no clean-up, status ABORTED.",
)
