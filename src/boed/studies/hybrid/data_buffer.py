"""Measurements of several stages in arrays of one size, filled as they come."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray
from boed.studies.hybrid.beliefs import Belief, of_replicates
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.system import Moment, System


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


class Earlier(NamedTuple):
    """Data before a stage, and a moment for each."""

    moments: Moment
    data: Measurements

    def followed_by(self, moments: Moment, data: Measurements) -> tuple[Moment, Measurements]:
        """The moments and data with others behind them."""
        joined = jax.tree.map(lambda *both: jnp.concatenate(both), self.moments, moments)
        return joined, jax.tree.map(lambda *b: jnp.concatenate(b, axis=1), self.data, data)


class Start(NamedTuple):
    """What a stage starts from, leading axis replicate: the last design, weights and belief.

    earlier: data that a belief of particles is made anew of, with those of the stage.
    """

    design: Float[AnyArray, "replicate coordinates"]
    weights: Float[AnyArray, "replicate weight"]
    prior: Belief
    earlier: Earlier | None = None


def empty(system: System, replicates: int, data: int, own: bool = False) -> Measurements:
    """Room for `data` measurements of every replicate, none of them in use; own: whether they may
    say deviations of their own.
    """
    coordinates, outputs = system.offsets.shape[1], system.outputs
    return Measurements(
        design=jnp.zeros((replicates, data, coordinates)),
        observed=jnp.zeros((replicates, data, *outputs)),
        deviation=jnp.ones((replicates, data, *outputs)),
        used=jnp.zeros((replicates, data)),
        own=jnp.full((replicates, data, *outputs), jnp.nan) if own else None,
    )


def first_start(
    system: System, settings: dict, weights: Float[AnyArray, "replicate weight"]
) -> Start:
    """What the first stage starts from, in every replicate."""
    replicates, design = settings["replicates"], system.first_design(settings["experiment"])
    return Start(
        jnp.broadcast_to(design, (replicates, design.size)),
        jnp.asarray(weights),
        of_replicates(system.prior, replicates),
    )


def put(
    data: Measurements, slot: int | Int[np.ndarray, " slots"], new: Measurements
) -> Measurements:
    """The measurements with new ones in a slot, `new` without the data axis, or in several, with
    it.
    """
    return jax.tree.map(lambda old, value: old.at[:, slot].set(value), data, new)


def of_slot(moments: Moment, slot: int) -> Moment:
    """The moment of one slot."""
    return jax.tree.map(lambda leaf: leaf[slot], moments)


def single(data: Measurements) -> Measurements:
    """One measurement a replicate, given without the data axis, with it."""
    return jax.tree.map(lambda values: values[:, None], data)
