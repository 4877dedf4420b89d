"""The proof of a budget: many simulated runs with known truth, and whether E ± U covers it as the procedure claims.

Each run is another draw of what the certificates, and a stated population of units, leave open; the drivers, their
lines, the execution and the evaluation are those of a real run.
"""

from calbench.proof.judging import promise
from calbench.proof.population import Population, population
from calbench.proof.proving import Proof, prove
from calbench.proof.report import Report

__all__ = ["Population", "Proof", "Report", "population", "promise", "prove"]
