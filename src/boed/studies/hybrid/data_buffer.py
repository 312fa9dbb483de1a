"""Measurements of several stages in arrays of one size, filled as they come."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray
from boed.inference import grid_belief
from boed.studies.hybrid.inverse_problem import InverseProblem, Measurements
from boed.systems.plume.plume_solver import Moment


class Slots(NamedTuple):
    """Where the data of `stages` stages stand: the physical ones of all, then the discrepancy ones
    from stage 2 on.
    """

    stages: int

    @property
    def count(self) -> int:
        """Number of slots."""
        return 2 * self.stages - 1

    def physical(self, stage: int) -> int:
        """Slot of a stage's physical datum."""
        return stage - 1

    def discrepancy(self, stage: int) -> int:
        """Slot of a stage's discrepancy datum; the first stage has none."""
        return self.stages + stage - 2

    def by_slot(self, stages: Sequence) -> list:
        """One value a slot, from one value a stage."""
        return [*stages, *stages[1:]]

    @property
    def is_discrepancy(self) -> Float[AnyArray, " data"]:
        """1 for the slots of discrepancy data, 0 for the others."""
        return (jnp.arange(self.count) >= self.stages).astype(float)


class Start(NamedTuple):
    """What a stage starts from, leading axis replicate: the last design, weights and log belief."""

    design: Float[AnyArray, "replicate coordinate"]
    weights: Float[AnyArray, "replicate weight"]
    prior: Float[AnyArray, "replicate x y"]


def empty(replicates: int, data: int) -> Measurements:
    """Room for `data` measurements of every replicate, none of them in use."""
    return Measurements(
        design=jnp.zeros((replicates, data, 2)),
        observed=jnp.zeros((replicates, data)),
        deviation=jnp.ones((replicates, data)),
        used=jnp.zeros((replicates, data)),
    )


def first_start(
    problem: InverseProblem, settings: dict, weights: Float[AnyArray, "replicate weight"]
) -> Start:
    """What the first stage starts from, in every replicate."""
    replicates, uniform = settings["replicates"], grid_belief.uniform(problem.cells)
    design = jnp.broadcast_to(jnp.asarray(settings["experiment"]["initial"]), (replicates, 2))
    return Start(
        design, jnp.asarray(weights), jnp.broadcast_to(uniform, (replicates, *uniform.shape))
    )


def put(
    data: Measurements, slot: int | Int[np.ndarray, " slots"], new: Measurements
) -> Measurements:
    """The measurements with new ones in a slot, `new` without the data axis, or in several, with
    it.
    """
    return Measurements(*(old.at[:, slot].set(value) for old, value in zip(data, new, strict=True)))


def of_slot(moments: Moment, slot: int) -> Moment:
    """The moment of one slot."""
    return jax.tree.map(lambda leaf: leaf[slot], moments)


def single(data: Measurements) -> Measurements:
    """One measurement a replicate, given without the data axis, with it."""
    return Measurements(*(values[:, None] for values in data))
