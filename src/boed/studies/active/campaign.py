"""All stages of a study that learns from its own designs, all replicates: one process,
one record.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.jobs.progress import in_turn
from boed.keys import key_for, replicate_keys
from boed.studies.active.active_slots import ActiveSlots
from boed.studies.active.indicator import Informed
from boed.studies.active.record import Assess, Record, StageErrors, assessment
from boed.studies.active.stage import (
    FirstHalf,
    Learned,
    Locate,
    Randomness,
    Teach,
    Timeline,
    Turn,
)
from boed.studies.assessment.model_error import Attribution
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.beliefs import Estimate, of_particles, of_update
from boed.studies.hybrid.calibrate_and_update import Taught
from boed.studies.hybrid.data_buffer import Earlier, Start
from boed.studies.hybrid.stage_files import noiseless, observation_noise
from boed.systems.of_settings import system_of
from boed.systems.system import Moment, System


def randomness(study: System, settings: dict, seed: int, study_name: str, stage: int) -> Randomness:
    """All random numbers of a stage's second half; those of its measurement are the first half's
    too.
    """
    count, label = settings["replicates"], (study_name, stage)
    shape = len(study.offsets), *study.outputs
    physical, improved = (
        jnp.asarray(observation_noise(settings, seed, (*label, kind), shape))
        for kind in ("physical", "improved")
    )
    return Randomness(
        physical=physical,
        improved=improved,
        search=key_for(seed, "indicate", *label),
        calibration=replicate_keys(key_for(seed, "calibrate_network", *label), count),
    )


def proposes(indicator: dict) -> bool:
    """Whether data of other designs may teach in place of the physical design's."""
    return indicator["budget"] > 1 or indicator["shift"] is not None


def slots_for(study: System, settings: dict) -> ActiveSlots:
    """Room for the data of all stages."""
    return ActiveSlots(len(settings["times"]), len(study.offsets), proposes(settings["indicator"]))


@dataclass(frozen=True)
class Kernels:
    """The compiled functions of a study.

    teach: None in a study that calibrates nothing; estimate: a point for every belief; attribute:
    None where the model's flow is the true one.
    """

    study: System
    locate: Locate
    teach: Teach | None
    assess: Assess
    estimate: Callable
    attribute: Attribution | None

    @classmethod
    def of(cls, settings: dict) -> "Kernels":
        """Those of a study with these settings."""
        study = system_of(settings)
        return cls(
            study=study,
            locate=Locate.of(study, settings),
            teach=Teach.of(study, settings) if settings["correct"] else None,
            assess=assessment(study),
            estimate=Estimate(study, settings),
            attribute=Attribution(study) if "velocity" in settings.get("model", {}) else None,
        )


def run(
    settings: dict, seed: int, study_name: str, first: Float[AnyArray, "replicate weight"]
) -> Record:
    """Every stage of a study; first: the weights it starts from.

    Where nothing is learned and data have no noise, one replicate stands for all: chance enters
    only after a gradient that is not finite.
    """
    alike = not settings["correct"] and noiseless(settings)
    if not alike or np.any(np.asarray(first) != np.asarray(first)[0]):
        return _run_each(settings, seed, study_name, first)
    one = _run_each(settings | {"replicates": 1}, seed, study_name, first[:1])
    # replicates are the third axis of what is kept before and after a calibration
    return Record(
        **{
            name: np.repeat(
                value, settings["replicates"], axis=2 if name in StageErrors._fields else 1
            )
            for name, value in one._asdict().items()
        }
    )


def _run_each(settings: dict, seed: int, study_name: str, first) -> Record:
    """Every replicate, whether or not two are alike."""
    kernels, times = Kernels.of(settings), settings["times"]
    study, slots = kernels.study, slots_for(kernels.study, settings)
    moments = jax.tree.map(jnp.asarray, slots.moments(study.moments(times)))
    start, first = data_buffer.first_start(study, settings, first), jnp.asarray(first)
    timeline = Timeline(slots, moments, first)
    data, rows = data_buffer.empty(study, settings["replicates"], slots.count), []
    for stage, time in in_turn(list(enumerate(times, start=1)), "stage"):
        random = randomness(study, settings, seed, study_name, stage)
        key, steps = (
            key_for(seed, "choose_experiment", study_name, stage),
            settings["experiment"]["steps"][stage - 1],
        )
        moment = data_buffer.of_slot(moments, slots.first(stage))
        if of_particles(study):
            start = start._replace(earlier=Earlier(moments, data))
        located = kernels.locate(moment, start, random.physical, key, steps)
        data = data_buffer.put(data, slots.physical(stage), located.data)
        half = FirstHalf(start, located, data)
        if kernels.teach is not None and stage > 1:
            rate = jnp.asarray(settings["calibration"]["rates"][stage - 2])
            learned = kernels.teach(timeline, half, Turn(stage, rate, random))
        else:
            learned = untaught(half)
        rows.append(kept_of(kernels, moment, jnp.asarray(time), half, learned))
        data, taught = learned.data, learned.taught
        start = Start(located.design, taught.weights, of_update(taught.belief))
    return Record(
        *(
            np.stack([np.asarray(v, dtype=float) for v in values])
            for values in zip(*rows, strict=True)
        )
    )


def untaught(half: FirstHalf) -> Learned:
    """The second half of a stage that does not calibrate: all as it was, nothing asked."""
    zeros = jnp.zeros(len(half.located.design))
    nothing = Informed(
        design=half.located.design, gain=zeros, own_gain=zeros, informative=zeros, tried=zeros
    )
    return Learned(nothing, half.data, Taught(half.start.weights, None, half.located.belief))


def kept_of(
    kernels: Kernels, moment: Moment, time: Float[AnyArray, ""], half: FirstHalf, learned: Learned
) -> Record:
    """One stage's part of the record, without the axis of stages."""
    study, located, informed = kernels.study, half.located, learned.informed
    weights, belief = learned.taught.weights, learned.taught.belief
    held, at_end = kernels.estimate(located.belief), kernels.estimate(belief)
    before, after = (
        kernels.assess(moment, time, network, located.design, held)
        for network in (half.start.weights, weights)
    )
    errors = StageErrors(*(np.stack(pair) for pair in zip(before, after, strict=True)))
    attribute = kernels.attribute
    growth = attribute(moment, time, weights) if attribute is not None else jnp.zeros(len(weights))
    # a grid has its cells once and for all
    nowhere = jnp.zeros((len(at_end), 0, at_end.shape[-1]))
    return Record(
        log_probability=belief["log_probability"],
        particles=belief.get("particles", nowhere),
        most_probable=belief["most_probable"],
        location_error=belief["location_error"],
        estimate_error=jax.vmap(study.distance)(at_end),
        held_error=jax.vmap(study.distance)(held),
        posterior_spread=belief["spread"],
        credible_level=belief["credible_level"],
        design=study.in_units(located.design),
        observation=study.noise.in_units(located.data.observed),
        teaching_design=study.in_units(informed.design),
        gain=informed.gain,
        own_gain=informed.own_gain,
        informative=informed.informative,
        tried=informed.tried,
        weights=weights,
        **errors._asdict(),
        attributed_growth=growth,
    )
