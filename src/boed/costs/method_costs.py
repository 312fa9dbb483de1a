"""What joint and hybrid design cost: counts in closed form from the settings.

One solution a time and strength is counted, where the papers count one a cell: all data of a stage
and all cells share it.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from boed.studies.joint.design_counts import candidates, counts

COLUMNS = [
    "method",
    "part",
    "cells",
    "evaluations",
    "model_solutions",
    "cell_likelihoods",
    "seconds_each",
    "seconds",
]


class Part(NamedTuple):
    """One part of a method: cells or members an evaluation, and over all stages evaluations,
    solutions, likelihoods.
    """

    cells: int
    evaluations: int
    solutions: int
    likelihoods: int


def parts(settings: dict) -> dict[tuple[str, str], Part]:
    """The parts of both methods by (method, part)."""
    teaching = (
        {"indicator": indicator_part}
        if teaches_itself(settings)
        else {"discrepancy_design": discrepancy_part}
    )
    hybrid = {"physical_design": physical_part} | teaching | {"calibration": calibration_part}
    return {("joint", "all"): joint_part(settings)} | {
        ("hybrid", name): part(settings) for name, part in hybrid.items()
    }


def physical_part(settings: dict) -> Part:
    """The hybrid method's designs for the position, each search followed by an update."""
    block, stages = settings["experiment"], len(settings["times"])
    cells = settings["belief"]["cells"] ** 2
    evaluations = stages * candidates(block) + sum(block["steps"])
    return Part(
        cells=cells,
        evaluations=evaluations,
        solutions=stages,
        likelihoods=cells * (evaluations + stages),
    )


def discrepancy_part(settings: dict) -> Part:
    """Its designs for the strength: predictions of ensemble members, one EKI iteration in a scan,
    all in a step.

    No solutions: a member's prediction is a reading of the solution that the position's design has
    made.
    """
    block, later = settings["discrepancy_experiment"], len(settings["times"]) - 1
    scanned, stepped = later * candidates(block), later * block["steps"]
    return Part(
        cells=block["members"] * block["iterations"],
        evaluations=scanned + stepped,
        solutions=0,
        likelihoods=block["members"] * (scanned + stepped * block["iterations"]),
    )


def indicator_part(settings: dict) -> Part:
    """Its questions whether a stage's own data are worth learning from, where those teach: one
    ensemble's EKI each.
    """
    block, later = settings["discrepancy_experiment"], len(settings["times"]) - 1
    predictions = block["members"] * block["iterations"]
    return Part(cells=predictions, evaluations=later, solutions=0, likelihoods=predictions * later)


def teaches_itself(settings: dict) -> bool:
    """Whether the physical designs' own data teach the model, as in active_learning."""
    return "indicator" in settings


def data_at(settings: dict, stage: int | Int[np.ndarray, " stages"]):
    """Measurements that a stage has at its end: one a stage, and one more where another design
    teaches.
    """
    return stage if teaches_itself(settings) else 2 * stage - 1


def calibration_part(settings: dict) -> Part:
    """Its calibrations, with the beliefs that they draw from and the one that is remade
    after each.
    """
    later, block = np.arange(2, len(settings["times"]) + 1), settings["calibration"]
    rounds = block["rounds"] if block["centres"] == "belief" else 0
    replayed, data = settings["reupdate"] == "replay", data_at(settings, later)
    likelihoods = rounds * data + np.where(replayed, data, 1)
    solutions = rounds * later + np.where(replayed, later, 1)
    cells = settings["belief"]["cells"] ** 2
    return Part(
        cells=cells,
        evaluations=later.size,
        solutions=int(solutions.sum()),
        likelihoods=int(cells * likelihoods.sum()),
    )


def joint_part(settings: dict) -> Part:
    """The joint method, which does nothing but choose designs and update."""
    evaluated = counts(settings)
    return Part(
        cells=evaluated.cells,
        evaluations=int(np.sum(evaluated.design_evaluations)),
        solutions=int(np.sum(evaluated.model_solutions)),
        likelihoods=int(np.sum(evaluated.cell_likelihoods)),
    )


def seconds_of(
    counted: dict[tuple[str, str], Part], seconds: dict[tuple[str, str], float], method: str
) -> float:
    """Seconds of all parts of a method; seconds: of one evaluation."""
    return sum(part.evaluations * seconds[n] for n, part in counted.items() if n[0] == method)


def table(
    counted: dict[tuple[str, str], Part], seconds: dict[tuple[str, str], float]
) -> list[list]:
    """Rows of COLUMNS: a row a part, then the hybrid method's sum; seconds: of one evaluation."""
    rows = [
        [*name, *part, f"{seconds[name]:.3g}", f"{part.evaluations * seconds[name]:.3g}"]
        for name, part in counted.items()
    ]
    hybrid = [part for (method, _), part in counted.items() if method == "hybrid"]
    whole = [sum(part.solutions for part in hybrid), sum(part.likelihoods for part in hybrid)]
    total = f"{seconds_of(counted, seconds, 'hybrid'):.3g}"
    return [*rows, ["hybrid", "all", "", "", *whole, "", total]]
