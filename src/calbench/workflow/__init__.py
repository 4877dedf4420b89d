"""The whole line, wired: files to plan, plan to journal, journal to record, record to certificates.

The stages do not know each other; this package alone hands the documents on.
"""

from calbench.workflow.certifying import certify, evaluate
from calbench.workflow.executing import Finished, execute
from calbench.workflow.issuing import Signing
from calbench.workflow.preparing import Options, Prepared, prepare, surroundings
from calbench.workflow.staging import simulated_world, stage_of
from calbench.workflow.storing import JOURNAL, PLAN, RECORD, SOURCES, stored_plan

__all__ = [
    "JOURNAL",
    "PLAN",
    "RECORD",
    "SOURCES",
    "Finished",
    "Options",
    "Prepared",
    "Signing",
    "certify",
    "evaluate",
    "execute",
    "prepare",
    "simulated_world",
    "stage_of",
    "stored_plan",
    "surroundings",
]
