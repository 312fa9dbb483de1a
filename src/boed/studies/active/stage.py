"""A stage of the method that learns from its own designs: locate, ask whether the data are worth
it, learn.

Both halves are the pieces that AD-EKI's stages are made of; new is that the physical designs' data
teach the model, and that Algorithm 1 of active_learning says whether they do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Key, PRNGKeyArray

from boed.arrays import AnyArray, Scalar
from boed.studies.active.active_slots import ActiveSlots
from boed.studies.active.indicator import Held, Inform, Informed, informing
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.beliefs import Estimate
from boed.studies.hybrid.calibrate_and_update import (
    Again,
    CalibrateAndUpdate,
    Knowledge,
    StageData,
    Taught,
)
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.measurement import ArrayMeasurement
from boed.studies.hybrid.physical_experiment import PhysicalSearch
from boed.systems.system import Moment, System


class Located(NamedTuple):
    """A finished first half: design, data of its sensors, belief and summary."""

    design: Float[AnyArray, "replicate coordinates"]
    data: Measurements
    belief: dict


class Randomness(NamedTuple):
    """Standard normal noise of the physical and of the improved data, keys of the search and the
    calibrations.
    """

    physical: Float[AnyArray, "replicate *sensors_and_outputs"]
    improved: Float[AnyArray, "replicate *sensors_and_outputs"]
    search: Key[AnyArray, ""]
    calibration: Key[AnyArray, " replicate"]


class Timeline(NamedTuple):
    """What no stage changes: where its data stand, a moment a slot, weights before any
    calibration.
    """

    slots: ActiveSlots
    moments: Moment
    first: Float[AnyArray, "replicate weight"]


class FirstHalf(NamedTuple):
    """What the second half of a stage begins with: what the stage started from, what its first half
    found, all data so far.
    """

    start: Start
    located: Located
    data: Measurements


class Turn(NamedTuple):
    """What is a stage's own: its number, counted from 1, the calibration's rate, random numbers."""

    stage: int
    rate: Scalar
    random: Randomness


class Learned(NamedTuple):
    """A finished second half: where its data come from, all data, and what was learned
    from them.
    """

    informed: Informed
    data: Measurements
    taught: Taught


@dataclass(frozen=True)
class Locate:
    """The first half of a stage, all replicates: search, measure, update."""

    search: PhysicalSearch
    measure: ArrayMeasurement
    update: BeliefUpdate
    sensors: int

    @classmethod
    def of(cls, study: System, settings: dict) -> "Locate":
        """That of a study with these settings."""
        return cls(
            search=PhysicalSearch(study, settings),
            measure=ArrayMeasurement(study),
            update=BeliefUpdate(study, settings),
            sensors=len(study.offsets),
        )

    def __call__(
        self,
        moment: Moment,
        start: Start,
        noise: Float[AnyArray, "replicate *sensors_and_outputs"],
        key: PRNGKeyArray,
        steps: int,
    ) -> Located:
        """The design that tells most about the source, its data and the belief after them; of
        particles after the earlier ones too.

        noise: standard normal or 0; steps: of the search.
        """
        state, _ = self.search(moment, start, noise, key, steps)
        newest = data = self.measure(moment, state.design, noise)
        moments = jax.tree.map(
            lambda leaf: jnp.broadcast_to(leaf, (self.sensors, *leaf.shape)), moment
        )
        if start.earlier is not None:
            moments, data = start.earlier.followed_by(moments, data)
        return Located(state.design, newest, self.update(moments, data, start.weights, start.prior))


@dataclass(frozen=True)
class Teach:
    """The second half of a stage, all replicates: ask, measure elsewhere if that is better, learn.

    A replicate without an informative design learns nothing: its weights and the belief of the
    first half stand. shift: the stage whose designs are moved whatever the indicator says of them,
    and by how much; trains_on_all: whether a calibration fits all data, or the newest; compounds:
    whether the newest data alone update the belief again.
    """

    inform: Inform
    measure: ArrayMeasurement
    learn: CalibrateAndUpdate
    centres: Callable
    shift: dict | None
    trains_on_all: bool
    compounds: bool

    @classmethod
    def of(cls, study: System, settings: dict) -> "Teach":
        """That of a study with these settings."""
        return cls(
            inform=informing(study, settings),
            measure=ArrayMeasurement(study),
            learn=CalibrateAndUpdate(study, settings),
            centres=Estimate(study, settings),
            shift=settings["indicator"]["shift"],
            trains_on_all=settings["calibration"]["data"] == "all",
            compounds=settings["reupdate"] == "compound",
        )

    def __call__(self, timeline: Timeline, half: FirstHalf, turn: Turn) -> Learned:
        """Where the data come from that teach, all data with them, and what they teach."""
        start, located, data = half
        slots, moments, first = timeline
        moment = data_buffer.of_slot(moments, slots.first(turn.stage))
        centre = self.centres(located.belief)
        informed = self.asked(moment, half, centre, turn)
        moved = informed.informative & (informed.tried > 1)
        newest = jnp.zeros_like(data.used)
        if slots.proposals:
            improved = slots.improved(turn.stage)
            elsewhere = self.measure(moment, informed.design, turn.random.improved)
            data = data_buffer.put(data, improved, used_where(moved, elsewhere))
            newest = newest.at[:, improved].set(data.used[:, improved])
        newest = newest.at[:, slots.physical(turn.stage)].set(1.0 - moved[:, None])
        trained, keys, rate = (
            data.used if self.trains_on_all else newest,
            turn.random.calibration,
            turn.rate,
        )
        stages = slots.of_stage(turn.stage)
        used = newest[:, stages]
        again = Again(stages, used if self.compounds else jnp.ones_like(used))
        taught = self.learn(
            StageData(moments=moments, measurements=data, trained=trained, again=again),
            Knowledge(start=start, belief=located.belief, centre=centre, first=first),
            rate,
            keys,
        )
        return Learned(
            informed, data, kept(informed.informative, taught, start.weights, located.belief)
        )

    def asked(
        self,
        moment: Moment,
        half: FirstHalf,
        centre: Float[AnyArray, "replicate parameters"],
        turn: Turn,
    ) -> Informed:
        """What Algorithm 1 says of the physical designs' data, or of those at the shifted designs.

        centre: where the source is held.
        """
        design, random = half.located.design, turn.random
        held = Held(half.start.weights, centre, random.physical)
        informed = self.inform(moment, design, held, random.search)
        if self.shift is None or turn.stage != self.shift["stage"]:
            return informed
        elsewhere = design + jnp.asarray(self.shift["by"])
        return shifted(informed, self.inform(moment, elsewhere, held, random.search))


def used_where(moved: Bool[AnyArray, " replicate"], data: Measurements) -> Measurements:
    """The measurements, in use only of replicates that moved to where they were made."""
    return data._replace(used=data.used * moved[:, None])


def shifted(at_hand: Informed, elsewhere: Informed) -> Informed:
    """The designs elsewhere, taken in place of the stage's own whatever the indicator says of
    these.
    """
    return elsewhere._replace(own_gain=at_hand.own_gain, tried=at_hand.tried + 1)


def kept(
    informative: Bool[AnyArray, " replicate"],
    taught: Taught,
    weights: Float[AnyArray, "replicate weight"],
    belief: dict,
) -> Taught:
    """What was learned where the data were informative; elsewhere weights and belief as
    they were.
    """

    def either(new, old):
        return jnp.where(informative.reshape(-1, *[1] * (new.ndim - 1)), new, old)

    again = {name: either(value, belief[name]) for name, value in taught.belief.items()}
    return Taught(either(taught.weights, weights), taught.info, again)
