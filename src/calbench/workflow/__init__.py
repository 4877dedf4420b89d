"""The whole line, wired: files to plan, plan to journal, journal to record, record to certificates.

The stages do not know each other; this package alone hands the documents on.
"""

from calbench.workflow.certifying import certify, evaluate
from calbench.workflow.clearing import clear
from calbench.workflow.executing import Conducting, Finished, execute
from calbench.workflow.preparing import Options, Prepared, prepare, surroundings
from calbench.workflow.resuming import Resuming, resume
from calbench.workflow.staging import simulated_world, stage_of
from calbench.workflow.storing import GUARD, JOURNAL, PLAN, RECORD, SOURCES, stored_plan

__all__ = [
    "GUARD",
    "JOURNAL",
    "PLAN",
    "RECORD",
    "SOURCES",
    "Conducting",
    "Finished",
    "Options",
    "Prepared",
    "Resuming",
    "certify",
    "clear",
    "evaluate",
    "execute",
    "prepare",
    "resume",
    "simulated_world",
    "stage_of",
    "stored_plan",
    "surroundings",
]
