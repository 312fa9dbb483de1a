"""All stages of a sequential study in one process: the workflow's own steps, without its files.

The workflow runs a job for each half of a stage and keeps every file, for the studies that one
looks at. A sweep over many settings needs only how each ends; a process for each of its stages
would cost more than the computation.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.data_buffer import Slots, Start, empty, first_start, of_slot, put
from boed.studies.hybrid.discrepancy_experiment import realised_gain
from boed.studies.hybrid.discrepancy_stage import (
    Campaign,
    discrepancy_stage,
    randomness,
    starting_spread,
)
from boed.studies.hybrid.inverse_problem import Inversion, Measurements
from boed.studies.hybrid.physical_stage import physical_stage
from boed.studies.hybrid.stage_files import observation_noise
from boed.systems.plume import plume_solver
from boed.systems.plume.field_errors import NODES, field_errors
from boed.systems.plume.plume_solver import Moment


class Record(NamedTuple):
    """What is kept of every stage, leading axes (stage, replicate)."""

    location_error: Float[AnyArray, "stage replicate"]
    posterior_spread: Float[AnyArray, "stage replicate"]
    credible_level: Float[AnyArray, "stage replicate"]
    total_relative_error: Float[AnyArray, "stage replicate"]
    design_updates: Float[AnyArray, "stage replicate"]
    discrepancy_gain: Float[AnyArray, "stage replicate"]
    physical_design: Float[AnyArray, "stage replicate coordinate"]
    discrepancy_design: Float[AnyArray, "stage replicate coordinate"]
    weights: Float[AnyArray, "stage replicate weight"]


class Kernels(NamedTuple):
    """The compiled functions of a study: both halves of a stage, what a datum gave, the error of
    the field.

    The second half and the gain are None in a study that calibrates nothing.
    """

    study: Inversion
    locate: Callable
    learn: Callable | None
    realised: Callable | None
    assess: Callable


def kernels(settings: dict) -> Kernels:
    """The compiled functions for these settings, and for all others with the same `program`."""
    study, second = inverse_problem.setup(settings), settings["correct"]
    return Kernels(
        study,
        physical_stage(study, settings),
        discrepancy_stage(study, settings) if second else None,
        realised_gain(study, settings) if second else None,
        field_error(study),
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
        if keys
    }


def run(made: Kernels, settings: dict, seed: int, study_name: str, first_weights) -> Record:
    """Every stage of a study with these settings, as its rules would run it, from the same random
    numbers.

    made: the kernels of settings with the same `program`; first_weights: (replicates, weights).
    """
    slots, first = Slots(len(settings["times"])), jnp.asarray(first_weights)
    solver = plume_solver.solver(settings["plume"])
    moments = jax.tree.map(jnp.asarray, solver.moments(slots.each(settings["times"])))
    start, data = (
        first_start(made.study, settings, first),
        empty(settings["replicates"], slots.count),
    )
    spread, kept = starting_spread(settings, seed, study_name, first), []
    for stage in range(1, slots.stages + 1):
        moment = of_slot(moments, slots.physical(stage))
        noise = jnp.asarray(observation_noise(seed, study_name, stage, "physical", settings))
        key, steps = (
            key_for(seed, "choose_experiment", study_name, stage),
            settings["experiment"]["steps"][stage - 1],
        )
        located = made.locate(moment, start, noise, key, steps)
        design = located.state.design
        data = put(data, slots.physical(stage), located.datum)
        zeros = jnp.zeros(len(design))
        end = End(located.belief, start.weights, spread, jnp.zeros_like(design), zeros, zeros, data)
        if settings["correct"] and stage > 1:
            moved = start._replace(design=design), spread
            end = second_half(
                made,
                settings,
                stage,
                moments,
                moved,
                located.belief,
                data,
                first,
                (seed, study_name),
            )
            spread = end.spread
        data, start = end.data, Start(design, end.weights, end.belief["log_probability"])
        told = (end.belief["location_error"], end.belief["spread"], end.belief["credible_level"])
        errors = made.assess(moment, end.weights)
        kept.append((*told, errors, end.updates, end.gain, design, end.design, end.weights))
    return Record(*(np.stack(values) for values in zip(*kept, strict=True)))


class End(NamedTuple):
    """How a stage ends: belief, weights and the spread of their ensemble, discrepancy design, all
    data so far.

    updates: of the discrepancy design until its search stopped; gain: of its datum.
    """

    belief: dict
    weights: Float[AnyArray, "replicate weight"]
    spread: Float[AnyArray, "replicate members weight"]
    design: Float[AnyArray, "replicate coordinate"]
    updates: Float[AnyArray, " replicate"]
    gain: Float[AnyArray, " replicate"]
    data: Measurements


def second_half(
    made: Kernels, settings: dict, stage: int, moments: Moment, start, located, data, first, labels
):
    """The end of a stage that calibrates; located: the belief of its first half; labels: root seed,
    study's name.

    start: what the stage starts from, with its physical design, and the spread of the ensemble.
    """
    slots, (seed, study_name), (start, spread) = Slots(len(settings["times"])), labels, start
    random = randomness(settings, seed, study_name, stage)
    at, rate = slots.discrepancy(stage), jnp.asarray(settings["calibration"]["rates"][stage - 2])
    campaign = Campaign(moments, data, slots.is_discrepancy, newest=slots.physical(stage), free=at)
    learned = made.learn(campaign, start, spread, located, first, rate, random)
    design, updates = learned.state.design, jnp.sum(learned.steps.active, axis=1)
    keys = replicate_keys(key_for(seed, "realised_gain", study_name, stage), settings["replicates"])
    gain = made.realised(
        of_slot(moments, at), design, start.weights, learned.centre, random.noise, keys
    )
    return End(learned.belief, learned.weights, learned.spread, design, updates, gain, learned.data)


def field_error(study: Inversion) -> Callable:
    """(moment, weights) → relative error of the modelled field on the unit square, the source at
    its true place.
    """
    axis = jnp.linspace(0.0, 1.0, NODES)

    def one(moment, weights):
        """The error of one replicate's field."""
        modelled, true = (
            study.plume.field(source, moment, study.truth.location, axis, axis)
            for source in (study.source(weights), study.truth.source)
        )
        return field_errors(modelled, true).relative

    return over_replicates(one, shared=1)
