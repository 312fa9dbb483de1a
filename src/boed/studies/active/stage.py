"""A stage of the method that learns from its own designs: locate, ask whether the data are worth
it, learn.

Both halves are the pieces that AD-EKI's stages are made of; new is that the physical designs' data
teach the model, and that Algorithm 1 of active_learning says whether they do.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int, Key

from boed.arrays import AnyArray, Scalar
from boed.inference.point_estimates import estimate
from boed.numerics.replicates import over_replicates
from boed.studies.active.indicator import Informed, informing
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.calibrate_and_update import (
    Again,
    CalibrateAndUpdate,
    Knowledge,
    StageData,
    Taught,
)
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import Inversion, Measurements
from boed.studies.hybrid.measurement import ArrayMeasurement
from boed.studies.hybrid.physical_experiment import PhysicalSearch


class ActiveSlots(NamedTuple):
    """Where the data of stages stand: the arrays of all physical designs, then those of designs in
    their place.

    proposals: whether there may be such designs; without, there is no room for them.
    """

    stages: int
    sensors: int
    proposals: bool

    @property
    def count(self) -> int:
        """Number of slots."""
        return (1 + self.proposals) * self.stages * self.sensors

    def physical(self, stage: int) -> Int[np.ndarray, " sensors"]:
        """Slots of a stage's physical data."""
        return (stage - 1) * self.sensors + np.arange(self.sensors)

    def first(self, stage: int) -> int:
        """The first of them: all share one moment."""
        return (stage - 1) * self.sensors

    def improved(self, stage: int) -> Int[np.ndarray, " sensors"]:
        """Slots of the data that Algorithm 1 took in their place."""
        return self.stages * self.sensors + self.physical(stage)

    def each(self, moments):
        """One moment a slot, from one a stage."""
        return jax.tree.map(
            lambda leaf: np.concatenate(
                [np.repeat(leaf, self.sensors, axis=0)] * (1 + self.proposals)
            ),
            moments,
        )


class Located(NamedTuple):
    """A finished first half: design, data of its sensors, belief and summary."""

    design: Float[AnyArray, "replicate 2"]
    data: Measurements
    belief: dict


class Randomness(NamedTuple):
    """Standard normal noise of the physical and of the improved data, keys of the search and the
    calibrations.
    """

    physical: Float[AnyArray, "replicate sensors"]
    improved: Float[AnyArray, "replicate sensors"]
    search: Key[AnyArray, ""]
    calibration: Key[AnyArray, " replicate"]


class Learned(NamedTuple):
    """A finished second half: where its data come from, all data, and what was learned
    from them.
    """

    informed: Informed
    data: Measurements
    taught: Taught


def locating(study: Inversion, settings: dict) -> Callable[..., Located]:
    """(moment, start, standard normal noise, key, search steps) → the first half of a stage, all
    replicates.
    """
    search, measure, update = (
        PhysicalSearch(study, settings),
        ArrayMeasurement(study),
        BeliefUpdate(study, settings),
    )
    sensors = len(study.offsets)

    def run(moment, start: Start, noise, key, steps: int) -> Located:
        """Search, measure, update."""
        state, _ = search(moment, start, noise, key, steps)
        data = measure(moment, state.design, noise)
        moments = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (sensors, *leaf.shape)), moment)
        return Located(state.design, data, update(moments, data, start.weights, start.prior))

    return run


def used_where(moved: Bool[AnyArray, " replicate"], data: Measurements) -> Measurements:
    """The measurements, in use only of replicates that moved to where they were made."""
    return data._replace(used=data.used * moved[:, None])


def teaching(study: Inversion, settings: dict) -> Callable[..., Learned]:
    """(stage, slots, moments, start, located, data, first weights, rate, randomness) → the second
    half, all replicates.

    moments: one a slot; start: weights and belief before the stage. A replicate without an
    informative design learns nothing: its weights and the belief of the first half stand.
    """
    inform, measure, learn = (
        informing(study, settings),
        ArrayMeasurement(study),
        CalibrateAndUpdate(study, settings),
    )
    shift = settings["indicator"]["shift"]
    centres = over_replicates(estimate(settings, study.cells), shared=0)
    to_all = settings["calibration"]["data"] == "all"

    def run(
        stage: int,
        places: ActiveSlots,
        moments,
        start,
        located: Located,
        data,
        first,
        rate: Scalar,
        random,
    ):
        """Ask, measure elsewhere if that is better, learn."""
        moment = data_buffer.of_slot(moments, places.first(stage))
        centre = centres(located.belief["log_probability"])
        arguments = start.weights, centre, random.physical
        informed = inform(moment, located.design, arguments, random.search)
        if shift is not None and stage == shift["stage"]:
            elsewhere = located.design + jnp.asarray(shift["by"])
            informed = shifted(informed, inform(moment, elsewhere, arguments, random.search))
        physical, improved = places.physical(stage), places.improved(stage)
        newest = jnp.zeros_like(data.used)
        moved = informed.informative & (informed.tried > 1)
        if places.proposals:
            elsewhere = used_where(moved, measure(moment, informed.design, random.improved))
            data = data_buffer.put(data, improved, elsewhere)
            newest = newest.at[:, improved].set(data.used[:, improved])
        newest = newest.at[:, physical].set(1.0 - moved[:, None])
        trained, keys = data.used if to_all else newest, random.calibration
        stages = np.concatenate([physical, improved]) if places.proposals else physical
        counts = (
            newest[:, stages]
            if settings["reupdate"] == "compound"
            else jnp.ones_like(newest[:, stages])
        )
        again = Again(stages, counts)
        taught = learn(
            StageData(moments=moments, measurements=data, trained=trained, again=again),
            Knowledge(start=start, belief=located.belief, centre=centre, first=first),
            rate,
            keys,
        )
        return Learned(
            informed, data, kept(informed.informative, taught, start.weights, located.belief)
        )

    return run


def shifted(own: Informed, elsewhere: Informed) -> Informed:
    """The designs elsewhere, taken in place of the stage's own whatever the indicator says of
    these.
    """
    return elsewhere._replace(own_gain=own.own_gain, tried=own.tried + 1)


def kept(informative, taught: Taught, weights, belief: dict) -> Taught:
    """What was learned where the data were informative; elsewhere weights and belief as
    they were.
    """

    def either(new, old):
        return jnp.where(informative.reshape(-1, *[1] * (new.ndim - 1)), new, old)

    again = {name: either(value, belief[name]) for name, value in taught.belief.items()}
    return Taught(either(taught.weights, weights), taught.info, again)
