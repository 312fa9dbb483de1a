"""All stages of a sequential study in one process: the workflow's own steps, without its files.

The workflow runs a job a stage and step and keeps every file, for the studies that one looks at. A sweep over many
settings needs only how each ends; a process for each of its steps would cost more than the computation.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed import belief, inversion
from boed.arrays import AnyArray
from boed.belief_update import belief_update
from boed.discrepancy_experiment import discrepancy_search, realised_gain
from boed.field_errors import NODES, field_errors
from boed.inputs import observation_noise
from boed.inversion import Inversion, Measurements
from boed.keys import key_for, replicate_keys
from boed.measurement import measurement
from boed.network_calibration import network_calibration
from boed.physical_experiment import physical_search
from boed.replicates import over_replicates


class Record(NamedTuple):
    """What is kept of every stage, leading axes (stage, replicate)."""

    location_error: Float[AnyArray, "stage replicate"]
    posterior_spread: Float[AnyArray, "stage replicate"]
    credible_level: Float[AnyArray, "stage replicate"]
    total_relative_error: Float[AnyArray, "stage replicate"]
    discrepancy_gain: Float[AnyArray, "stage replicate"]
    physical_design: Float[AnyArray, "stage replicate coordinate"]
    discrepancy_design: Float[AnyArray, "stage replicate coordinate"]
    weights: Float[AnyArray, "stage replicate weight"]


def empty(replicates: int, data: int) -> Measurements:
    """Room for `data` measurements of every replicate, none of them in use."""
    return Measurements(
        jnp.zeros((replicates, data, 2)),
        jnp.zeros((replicates, data)),
        jnp.ones((replicates, data)),
        jnp.zeros((replicates, data)),
    )


def put(data: Measurements, slot: int, design, observed, deviation) -> Measurements:
    """The measurements with one more in a slot."""
    new = (design, observed, deviation, jnp.ones_like(observed))
    return Measurements(*(old.at[:, slot].set(value) for old, value in zip(data, new, strict=True)))


def only(data: Measurements, slots: list[int]) -> Measurements:
    """The measurements with no slots but these in use."""
    chosen = np.isin(np.arange(data.used.shape[1]), slots)
    return data._replace(used=data.used * chosen)


def run(settings: dict, seed: int, study_name: str, first_weights: Float[AnyArray, "replicate weight"]) -> Record:
    """Every stage of a study with these settings, as its rules would run it, from the same random numbers."""
    study, times, replicates = inversion.setup(settings), settings["times"], settings["replicates"]
    count, correct = len(times), settings["correct"]
    slots = np.array([*range(count), *range(1, count)])
    physical_slot, discrepancy_slot = (lambda stage: stage - 1), (lambda stage: count + stage - 2)
    each_moment = jax.tree.map(jnp.asarray, study.plume.moments(times))
    moments = jax.tree.map(lambda leaf: leaf[slots], each_moment)
    search, measure = physical_search(study, settings), measurement(study)
    update, assess = belief_update(study, settings), field_error(study)
    if correct:
        teach, calibrate = discrepancy_search(study, settings), network_calibration(study, settings)
        realised = realised_gain(study, settings)
        fitted = list(range(2 * count - 1)) if uses_all_data(settings) else list(range(count, 2 * count - 1))

    uniform = jnp.broadcast_to(belief.uniform(study.cells), (replicates, study.cells.x.size, study.cells.y.size))
    data, weights, prior = empty(replicates, len(slots)), jnp.asarray(first_weights), uniform
    design = jnp.broadcast_to(jnp.asarray(settings["experiment"]["initial"]), (replicates, 2))
    kept = []
    for stage in range(1, count + 1):
        moment = jax.tree.map(lambda leaf, stage=stage: leaf[stage - 1], each_moment)

        def noise(kind, stage=stage):
            return jnp.asarray(observation_noise(seed, study_name, stage, kind, settings))

        def key(rule, stage=stage):
            return key_for(seed, rule, study_name, stage)

        own = (weights, prior, noise("physical"))
        steps = settings["experiment"]["steps"][stage - 1]
        design = search(moment, design, own, key("choose_experiment"), steps)[0].design
        observed, _ = measure(moment, design, noise("physical"))
        data = put(data, physical_slot(stage), design, observed, study.noise.deviation(observed))
        newest = only(data, [physical_slot(stage)])
        result = update(moments, newest, weights, prior)
        teaching, gain = jnp.zeros_like(design), jnp.zeros(replicates)
        if correct and stage > 1:
            centre = result["most_probable"]
            own = (weights, centre, noise("discrepancy"))
            steps = settings["discrepancy_experiment"]["steps"]
            teaching = teach(moment, design, own, key("choose_discrepancy_experiment"), steps)[0].design
            keys = replicate_keys(key("realised_gain"), replicates)
            gain = realised(moment, teaching, weights, centre, noise("discrepancy"), keys)
            observed, _ = measure(moment, teaching, noise("discrepancy"))
            data = put(data, discrepancy_slot(stage), teaching, observed, study.noise.deviation(observed))
            keys = replicate_keys(key("calibrate_network"), replicates)
            part = Measurements(*(leaf[:, np.array(fitted)] for leaf in data))
            fitted_moments = jax.tree.map(lambda leaf: leaf[np.array(fitted)], moments)
            rate = jnp.asarray(settings["calibration"]["rates"][stage - 2])
            trained = part.used * trained_mask(settings, count, fitted)
            weights, _ = calibrate(fitted_moments, rate, part, trained, weights, first_weights, centre, keys)
            if settings["reupdate"] == "replay":
                result = update(moments, data, weights, uniform)
            else:
                before = prior if settings["reupdate"] == "replace" else result["log_probability"]
                result = update(moments, newest, weights, before)
        prior = result["log_probability"]
        errors = (result["location_error"], result["spread"], result["credible_level"], assess(moment, weights))
        kept.append((*errors, gain, design, teaching, weights))
    return Record(*(np.stack(values) for values in zip(*kept, strict=True)))


def uses_all_data(settings: dict) -> bool:
    """Whether the calibration needs the physical designs' data: to fit them, or for the belief it draws from."""
    return settings["calibration"]["data"] == "all" or settings["calibration"]["centres"] == "belief"


def trained_mask(settings: dict, count: int, fitted: list[int]) -> np.ndarray:
    """1 for the slots that the network is fitted to: those of the discrepancy designs, or all."""
    return np.array([settings["calibration"]["data"] == "all" or slot >= count for slot in fitted], dtype=float)


def field_error(study: Inversion) -> Callable:
    """(moment, weights) → relative error of the modelled field on the unit square, the source at its true place."""
    axis = jnp.linspace(0.0, 1.0, NODES)

    def one(moment, weights):
        """The error of one replicate's field."""
        modelled, true = (
            study.plume.field(source, moment, study.truth.location, axis, axis)
            for source in (study.source(weights), study.truth.source)
        )
        return field_errors(modelled, true).relative

    return over_replicates(one, shared=1)
