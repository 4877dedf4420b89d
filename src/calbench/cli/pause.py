"""`calbench pause`: hold a running run."""

from calbench.cli.telling import verb

command = verb(
    "pause",
    "Hold RUN (a folder) after the current point; pressed again, after the current exchange. Sources are made safe.",
)
