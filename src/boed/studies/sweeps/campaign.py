"""All stages of a sequential study in one process: the workflow's own steps, without its files.

The workflow runs a job for each half of a stage and keeps every file, for the studies that one
looks at. A sweep over many settings needs only how each ends; a process for each of its stages
would cost more than the computation.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.beliefs import of_particles, of_update
from boed.studies.hybrid.data_buffer import Earlier, Slots, Start, empty, first_start, of_slot, put
from boed.studies.hybrid.discrepancy_experiment import DiscrepancyInputs, RealisedGain
from boed.studies.hybrid.discrepancy_stage import (
    Campaign,
    DiscrepancyStage,
    Halfway,
    randomness,
    starting_spread,
)
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.physical_stage import Located, PhysicalStage
from boed.studies.hybrid.stage_files import observation_noise
from boed.systems.of_settings import system_of
from boed.systems.system import Moment, System


class Record(NamedTuple):
    """What is kept of every stage, leading axes (stage, replicate)."""

    location_error: Float[AnyArray, "stage replicate"]
    posterior_spread: Float[AnyArray, "stage replicate"]
    credible_level: Float[AnyArray, "stage replicate"]
    total_relative_error: Float[AnyArray, "stage replicate"]
    design_updates: Float[AnyArray, "stage replicate"]
    discrepancy_gain: Float[AnyArray, "stage replicate"]
    physical_design: Float[AnyArray, "stage replicate coordinates"]
    discrepancy_design: Float[AnyArray, "stage replicate coordinates"]
    weights: Float[AnyArray, "stage replicate weight"]


@dataclass(frozen=True, eq=False)
class FieldError:
    """Relative error of what the model gives over all designs, its parameters the true ones."""

    problem: System

    def __call__(
        self, moment: Moment, weights: Float[AnyArray, "replicate weight"]
    ) -> Float[AnyArray, " replicate"]:
        """The error of every replicate's model."""
        return self._of_all(moment, weights)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, weights):
        return self.problem.error(weights, moment)


class Kernels(NamedTuple):
    """The compiled functions of a study: both halves of a stage, what a datum gave, the error of
    the field.

    The second half and the gain are None in a study that calibrates nothing.
    """

    problem: System
    locate: PhysicalStage
    learn: DiscrepancyStage | None
    realised: RealisedGain | None
    assess: FieldError


def kernels(settings: dict) -> Kernels:
    """The compiled functions for these settings, and for all others with the same `program`."""
    problem, second = system_of(settings), settings["correct"]
    return Kernels(
        problem=problem,
        locate=PhysicalStage(problem, settings),
        learn=DiscrepancyStage(problem, settings) if second else None,
        realised=RealisedGain(problem, settings) if second else None,
        assess=FieldError(problem),
    )


def program(settings: dict) -> dict:
    """The settings that compiled functions depend on; the others are their arguments."""
    left_out = {
        "times": (),
        "plume": ("velocity",),
        "noise": ("observation_noise",),
        "experiment": ("steps",),
    }
    left_out |= {"calibration": ("rates",)}
    kept = {name: value for name, value in settings.items() if left_out.get(name) != ()}
    return kept | {
        name: {key: value for key, value in kept[name].items() if key not in keys}
        for name, keys in left_out.items()
        if keys and name in kept
    }


class End(NamedTuple):
    """How a stage ends: belief, weights and the spread of their ensemble, discrepancy design, all
    data so far.

    updates: of the discrepancy design until its search stopped; gain: of its datum.
    """

    belief: dict
    weights: Float[AnyArray, "replicate weight"]
    spread: Float[AnyArray, "replicate members weight"]
    design: Float[AnyArray, "replicate coordinates"]
    updates: Float[AnyArray, " replicate"]
    gain: Float[AnyArray, " replicate"]
    data: Measurements


@dataclass(frozen=True, eq=False)
class Sequence:
    """The stages of one study with these settings, one after the other.

    made: the kernels of settings with the same `program`; first: weights before any calibration.
    """

    made: Kernels
    settings: dict
    seed: int
    study_name: str
    first: Float[AnyArray, "replicate weight"]

    @cached_property
    def slots(self) -> Slots:
        """Where the data of all stages stand."""
        return Slots(len(self.settings["times"]))

    @cached_property
    def moments(self) -> Moment:
        """The moment of every slot."""
        times = self.slots.by_slot(self.settings["times"])
        return jax.tree.map(jnp.asarray, system_of(self.settings).moments(times))

    def first_half(self, stage: int, start: Start, data: Measurements) -> Located:
        """A stage until its belief about the parameters; data: all so far."""
        moment = of_slot(self.moments, self.slots.physical(stage))
        label, outputs = (self.study_name, stage), self.made.problem.outputs
        noise = observation_noise(self.settings, self.seed, (*label, "physical"), outputs)
        key = key_for(self.seed, "choose_experiment", *label)
        steps = self.settings["experiment"]["steps"][stage - 1]
        if of_particles(self.made.problem):
            start = start._replace(earlier=Earlier(self.moments, data))
        return self.made.locate(moment, start, jnp.asarray(noise), key, steps)

    def second_half(self, stage: int, halfway: Halfway, data: Measurements) -> End:
        """The end of a stage that calibrates; data: all so far, with that of its first half."""
        slots, settings = self.slots, self.settings
        random = randomness(
            settings, self.seed, (self.study_name, stage), self.made.problem.outputs
        )
        free, rate = slots.discrepancy(stage), settings["calibration"]["rates"][stage - 2]
        campaign = Campaign(
            moments=self.moments,
            data=data,
            is_discrepancy=slots.is_discrepancy,
            newest=np.array([slots.physical(stage)]),
            free=free,
        )
        learned = self.made.learn(campaign, halfway, jnp.asarray(rate), random)
        inputs = DiscrepancyInputs(
            weights=halfway.start.weights,
            centre=learned.centre,
            noise=random.noise,
            spread=halfway.spread,
        )
        key = key_for(self.seed, "realised_gain", self.study_name, stage)
        keys = replicate_keys(key, settings["replicates"])
        moment, design = of_slot(self.moments, free), learned.state.design
        return End(
            belief=learned.belief,
            weights=learned.weights,
            spread=learned.spread,
            design=design,
            updates=jnp.sum(learned.steps.active, axis=1),
            gain=self.made.realised(moment, design, inputs, keys),
            data=learned.data,
        )

    def stage(self, number: int, start: Start, spread, data: Measurements) -> tuple[Located, End]:
        """Both halves of a stage, or the first and its end where nothing is calibrated."""
        located = self.first_half(number, start, data)
        design = located.state.design
        data = put(data, self.slots.physical(number), located.datum)
        if self.settings["correct"] and number > 1:
            moved = start._replace(design=design)
            halfway = Halfway(start=moved, spread=spread, belief=located.belief, first=self.first)
            return located, self.second_half(number, halfway, data)
        zeros = jnp.zeros(len(design))
        return located, End(
            belief=located.belief,
            weights=start.weights,
            spread=spread,
            design=jnp.zeros_like(design),
            updates=zeros,
            gain=zeros,
            data=data,
        )


def run(
    made: Kernels,
    settings: dict,
    seed: int,
    study_name: str,
    first_weights: Float[AnyArray, "replicate weight"],
) -> Record:
    """Every stage of a study with these settings, as its rules would run it, from the same random
    numbers; made: the kernels of settings with the same `program`.
    """
    first = jnp.asarray(first_weights)
    sequence = Sequence(made=made, settings=settings, seed=seed, study_name=study_name, first=first)
    start = first_start(made.problem, settings, first)
    data = empty(made.problem, settings["replicates"], sequence.slots.count)
    spread, records = starting_spread(settings, seed, study_name, first), []
    for stage in range(1, sequence.slots.stages + 1):
        located, end = sequence.stage(stage, start, spread, data)
        design, moment = (
            located.state.design,
            of_slot(sequence.moments, sequence.slots.physical(stage)),
        )
        records.append(
            Record(
                location_error=end.belief["location_error"],
                posterior_spread=end.belief["spread"],
                credible_level=end.belief["credible_level"],
                total_relative_error=made.assess(moment, end.weights),
                design_updates=end.updates,
                discrepancy_gain=end.gain,
                physical_design=made.problem.in_units(design),
                discrepancy_design=made.problem.in_units(end.design),
                weights=end.weights,
            )
        )
        start = Start(design, end.weights, of_update(end.belief))
        spread, data = end.spread, end.data
    return Record(*(np.stack(values) for values in zip(*records, strict=True)))
