"""The whole line, wired: files to plan, plan to journal, journal to record, record to certificates.

The stages do not know each other; this package alone hands the documents on.
"""

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
