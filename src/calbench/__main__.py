"""`python -m calbench`: the command line, for machines where the script is not on the path."""

from __future__ import annotations

from calbench.cli import main

main(prog_name="calbench")
