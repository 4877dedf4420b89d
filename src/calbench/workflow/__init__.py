"""The whole line, wired: files to plan, plan to journal, journal to record, record to certificates.

The stages do not know each other; this package alone hands the documents on. Each name is loaded when it is first
used: who lists runs needs none of the stages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calbench.workflow.amending import Evaluated, evaluate
    from calbench.workflow.certifying import certify
    from calbench.workflow.clearing import clear
    from calbench.workflow.executing import Conducting, Finished, Tried, execute, try_out
    from calbench.workflow.holding import AT_ONCE, Waiting
    from calbench.workflow.issuing import Signing
    from calbench.workflow.preparing import Options, Prepared, prepare, surroundings
    from calbench.workflow.resuming import Resuming, resume
    from calbench.workflow.sealing import demonstration_signer, key_state, no_key, seal_later, signer_of
    from calbench.workflow.staging import Reality, simulated_world, stage_of
    from calbench.workflow.storing import GUARD, JOURNAL, PLAN, RECORD, SEAL, SOURCES, stored_plan

__all__ = [
    "AT_ONCE",
    "GUARD",
    "JOURNAL",
    "PLAN",
    "RECORD",
    "SEAL",
    "SOURCES",
    "Conducting",
    "Evaluated",
    "Finished",
    "Options",
    "Prepared",
    "Reality",
    "Resuming",
    "Signing",
    "Tried",
    "Waiting",
    "certify",
    "clear",
    "demonstration_signer",
    "evaluate",
    "execute",
    "key_state",
    "no_key",
    "prepare",
    "resume",
    "seal_later",
    "signer_of",
    "simulated_world",
    "stage_of",
    "stored_plan",
    "surroundings",
    "try_out",
]

_HOMES = {
    "amending": (
        "Evaluated",
        "evaluate",
    ),
    "certifying": ("certify",),
    "clearing": ("clear",),
    "executing": (
        "Conducting",
        "Finished",
        "Tried",
        "execute",
        "try_out",
    ),
    "holding": (
        "AT_ONCE",
        "Waiting",
    ),
    "issuing": ("Signing",),
    "preparing": (
        "Options",
        "Prepared",
        "prepare",
        "surroundings",
    ),
    "resuming": (
        "Resuming",
        "resume",
    ),
    "sealing": (
        "demonstration_signer",
        "key_state",
        "no_key",
        "seal_later",
        "signer_of",
    ),
    "staging": (
        "Reality",
        "simulated_world",
        "stage_of",
    ),
    "storing": (
        "GUARD",
        "JOURNAL",
        "PLAN",
        "RECORD",
        "SEAL",
        "SOURCES",
        "stored_plan",
    ),
}
"""The module of each name above."""
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load the module of a name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found
