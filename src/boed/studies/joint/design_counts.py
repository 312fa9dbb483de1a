"""How much joint design evaluates, in closed form from the settings."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from boed.arrays import AnyArray

# the measurements of a stage, called as the hybrid method's, whose sampled noise they share
KINDS = ("physical", "discrepancy")


class Counts(NamedTuple):
    """What each stage evaluates; a gradient counts as part of its evaluation, early stops of a
    search do not count.

    model_solutions: one, since all data of a stage share its time and all cells the solution for
    unit strength. cell_likelihoods: those of every design that a search looks at, and of the update
    after it.
    """

    cells: int
    design_evaluations: Int[AnyArray, " stage"]
    model_solutions: Int[AnyArray, " stage"]
    cell_likelihoods: Int[AnyArray, " stage"]


def kinds_of(stage: int, data: int) -> tuple[str, ...]:
    """The measurements of a stage, counted from 1: one in the first, `data` later, as the hybrid
    method takes.
    """
    return KINDS[:data] if stage > 1 else KINDS[:1]


def candidates(block: dict) -> int:
    """Designs that are compared for the start of a search: a grid and where the search stands, or
    none.
    """
    return block["grid"] ** 2 + 1 if block["grid"] else 0


def counts(settings: dict) -> Counts:
    """What every stage evaluates."""
    block, stages = settings["experiment"], range(1, len(settings["times"]) + 1)
    cells = settings["belief"]["cells"] ** 2 * settings["joint"]["cells"]
    data = np.array([len(kinds_of(stage, settings["joint"]["data"])) for stage in stages])
    evaluations = data * (candidates(block) + np.array(block["steps"]))
    return Counts(
        cells=cells,
        design_evaluations=evaluations,
        model_solutions=np.ones_like(data),
        cell_likelihoods=cells * (evaluations + data),
    )
