"""All stages of a study that learns from its own designs, all replicates: one process,
one record.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.inference.point_estimates import estimate
from boed.jobs.progress import in_turn
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.active.stage import ActiveSlots, Randomness, locating, teaching
from boed.studies.hybrid import data_buffer, inverse_problem
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import Inversion
from boed.studies.hybrid.model_error import Assessment, Attribution, SimulatedAssessment

PER_STAGE = Float[AnyArray, "stage replicate"]


class Record(NamedTuple):
    """What is kept of every stage, leading axes (stage, replicate).

    Errors: (stage, before or after the calibration, replicate), simulated ones with the source
    where the calibration holds it, the others with it where the true source is; gains and tries are
    of stages that calibrate, 0 of others; attributed growth: 0 where the model's flow is the true
    one.
    """

    log_probability: Float[AnyArray, "stage replicate x y"]
    most_probable: Float[AnyArray, "stage replicate 2"]
    location_error: PER_STAGE
    estimate_error: PER_STAGE
    held_error: PER_STAGE
    posterior_spread: PER_STAGE
    credible_level: PER_STAGE
    design: Float[AnyArray, "stage replicate 2"]
    observation: Float[AnyArray, "stage replicate sensor"]
    teaching_design: Float[AnyArray, "stage replicate 2"]
    gain: PER_STAGE
    own_gain: PER_STAGE
    informative: PER_STAGE
    tried: PER_STAGE
    weights: Float[AnyArray, "stage replicate weight"]
    field_mean_squared_error: Float[AnyArray, "stage 2 replicate"]
    field_relative_error: Float[AnyArray, "stage 2 replicate"]
    near_field_relative_error: Float[AnyArray, "stage 2 replicate"]
    right_hand_side_error: Float[AnyArray, "stage 2 replicate"]
    near_right_hand_side_error: Float[AnyArray, "stage 2 replicate"]
    simulated_field_relative_error: Float[AnyArray, "stage 2 replicate"]
    near_simulated_field_relative_error: Float[AnyArray, "stage 2 replicate"]
    attributed_growth: PER_STAGE


def array_noise(
    settings: dict, sensors: int, seed: int, *labels
) -> Float[AnyArray, "replicates sensors"]:
    """Standard normal noise of an array's data, zero where the study's
    `observation_noise` is none.
    """
    count = settings["replicates"]
    if settings["noise"]["observation_noise"] == "none":
        return jnp.zeros((count, sensors))
    keys = replicate_keys(key_for(seed, "measure", *labels), count)
    return jax.vmap(lambda key: jax.random.normal(key, (sensors,)))(keys)


def randomness(settings: dict, sensors: int, seed: int, study_name: str, stage: int) -> Randomness:
    """All random numbers of a stage's second half; those of its measurement are the first half's
    too.
    """
    count, label = settings["replicates"], (study_name, stage)
    return Randomness(
        physical=array_noise(settings, sensors, seed, *label, "physical"),
        improved=array_noise(settings, sensors, seed, *label, "improved"),
        search=key_for(seed, "indicate", *label),
        calibration=replicate_keys(key_for(seed, "calibrate_network", *label), count),
    )


def proposes(indicator: dict) -> bool:
    """Whether data of other designs may teach in place of the physical design's."""
    return indicator["budget"] > 1 or indicator["shift"] is not None


def slots_for(study: Inversion, settings: dict) -> ActiveSlots:
    """Room for the data of all stages."""
    return ActiveSlots(len(settings["times"]), len(study.offsets), proposes(settings["indicator"]))


# fields of the record that tell of a stage before and after its calibration: replicates are their
# third axis
ERRORS = (
    "field_mean_squared_error",
    "field_relative_error",
    "near_field_relative_error",
    "right_hand_side_error",
    "near_right_hand_side_error",
    "simulated_field_relative_error",
    "near_simulated_field_relative_error",
)


def assessing(study: Inversion) -> Callable[..., list]:
    """(moment, time, weights, designs, centres) → the ERRORS of the record; centres: where the
    calibration holds it.
    """
    assess, simulate = Assessment(study), SimulatedAssessment(study)

    def told(moment, time, weights, designs, centres) -> list:
        """The errors of every replicate, in the order of ERRORS."""
        true, own = (
            assess(moment, time, weights, designs),
            simulate(moment, time, weights, designs, centres),
        )
        fields = [true.field.mean_squared, true.field.relative, true.near_field.relative]
        sides = [true.right_hand_side.relative, true.near_right_hand_side.relative]
        return [*fields, *sides, own.field.relative, own.near_field.relative]

    return told


def run(
    settings: dict, seed: int, study_name: str, first: Float[AnyArray, "replicate weight"]
) -> Record:
    """Every stage of a study; first: the weights it starts from.

    Where nothing is learned and data have no noise, one replicate stands for all: chance enters
    only after a gradient that is not finite.
    """
    alike = not settings["correct"] and settings["noise"]["observation_noise"] == "none"
    if not alike or np.any(np.asarray(first) != np.asarray(first)[0]):
        return _run_each(settings, seed, study_name, first)
    one, count = (
        _run_each(settings | {"replicates": 1}, seed, study_name, first[:1]),
        settings["replicates"],
    )
    return Record(
        *(
            np.repeat(value, count, axis=2 if name in ERRORS else 1)
            for name, value in one._asdict().items()
        )
    )


def _run_each(settings: dict, seed: int, study_name: str, first) -> Record:
    """Every replicate, whether or not two are alike."""
    study, times, corrects = inverse_problem.setup(settings), settings["times"], settings["correct"]
    locate, teach = locating(study, settings), teaching(study, settings) if corrects else None
    assess, places = assessing(study), slots_for(study, settings)
    point = over_replicates(estimate(settings, study.cells), shared=0)
    attribute = Attribution(study) if "velocity" in settings["model"] else None
    moments = jax.tree.map(jnp.asarray, places.each(study.flow.moments(times)))
    start, first = data_buffer.first_start(study, settings, first), jnp.asarray(first)
    data, zeros = (
        data_buffer.empty(settings["replicates"], places.count),
        jnp.zeros(settings["replicates"]),
    )
    kept = []
    for stage, time in in_turn(list(enumerate(times, start=1)), "stage"):
        moment = data_buffer.of_slot(moments, places.first(stage))
        random = randomness(settings, places.sensors, seed, study_name, stage)
        key, steps = (
            key_for(seed, "choose_experiment", study_name, stage),
            settings["experiment"]["steps"][stage - 1],
        )
        located = locate(moment, start, random.physical, key, steps)
        data = data_buffer.put(data, places.physical(stage), located.data)
        held = point(located.belief["log_probability"])
        before = assess(moment, jnp.asarray(time), start.weights, located.design, held)
        now, weights, asked = (
            located.belief,
            start.weights,
            (located.design, zeros, zeros, zeros, zeros),
        )
        if corrects and stage > 1:
            rate = jnp.asarray(settings["calibration"]["rates"][stage - 2])
            learned = teach(stage, places, moments, start, located, data, first, rate, random)
            now, weights, data, asked = (
                learned.taught.belief,
                learned.taught.weights,
                learned.data,
                learned.informed,
            )
        after = assess(moment, jnp.asarray(time), weights, located.design, held)
        distance = jnp.linalg.norm(point(now["log_probability"]) - study.truth.location, axis=1)
        growth = attribute(moment, jnp.asarray(time), weights) if attribute else zeros
        kept.append(
            (
                *(now[name] for name in ("log_probability", "most_probable", "location_error")),
                distance,
                jnp.linalg.norm(held - study.truth.location, axis=1),
                *(now[name] for name in ("spread", "credible_level")),
                located.design,
                located.data.observed,
                *asked,
                weights,
                *(np.stack(pair) for pair in zip(before, after, strict=True)),
                growth,
            )
        )
        start = Start(located.design, weights, now["log_probability"])
    return Record(
        *(
            np.stack([np.asarray(v, dtype=float) for v in values])
            for values in zip(*kept, strict=True)
        )
    )
