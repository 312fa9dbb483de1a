"""All stages of described systems, by both methods: a sine that the model lacks is learned, two
outputs and two experiments at once go through, particles stand in for a grid.
"""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config.overlays import merged
from boed.studies.active import campaign as active_campaign
from boed.studies.sweeps import campaign as hybrid_campaign
from boed.systems.of_settings import system_of

MODEL = """
import jax.numpy as jnp


def predict(parameters, design):
    return predict_with(parameters, design, lambda x: 0.0)


def predict_with(parameters, design, missing):
    x = design["x"]
    return [parameters["slope"] * x + missing(x), parameters["slope"] + 0 * x]


def observe(design):
    return predict_with({"slope": 1.0}, design, lambda x: 0.5 * jnp.sin(3 * x))
"""
MANY = """
import jax.numpy as jnp


def predict(parameters, design):
    return sum(parameters[f"c{n}"] * jnp.cos(n * design["t"]) for n in range(4))


def observe(design):
    return predict({f"c{n}": 0.5 for n in range(4)}, design)
"""
SLOPE = {
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.1}, "cells": 21}},
    "designs": {"x": {"lower": -1.0, "upper": 1.0}},
    "outputs": {"line": {"unit": "m"}, "slope": {"unit": "m"}},
    "noise": {"constant": 0.02},
    "missing": {"network": {"inputs": 1, "hidden": 4, "depth": 2, "scale": 3.0}},
    "true_parameters": {"slope": 1.0},
    "replicates": 2,
    "times": [1.0, 2.0, 3.0, 4.0],
}
SIZES = {
    "experiment": {"lower": 0.0, "upper": 1.0, "grid": 9, "steps": [3] * 4, "rate": 0.02},
    "discrepancy_experiment": {"grid": 9, "steps": 3, "rate": 0.02, "members": 20},
    "calibration": {"rounds": 8, "rates": [0.02] * 3, "weight_precision": 0.1},
}


def settings(tmp_path, recipe, model, *changes):
    """A recipe's settings with those of a model file."""
    path = tmp_path / "model.py"
    path.write_text(model, encoding="utf-8")
    whole = merged(configurations.paper()["recipes"][recipe], SIZES)
    for change in ({"file": str(path)}, *changes):
        whole = merged(whole, change)
    return whole


def first_weights(settings):
    missing = system_of(settings).described.missing
    keys = jax.random.split(jax.random.key(3), settings["replicates"])
    if missing is None:
        return np.zeros((settings["replicates"], 1))
    return np.stack([missing.initialise(key) for key in keys])


@pytest.mark.slow
def test_the_hybrid_method_learns_what_is_missing(tmp_path):
    """A network that is zero lacks the sine: few rounds of calibration halve the error at least."""
    whole = settings(tmp_path, "general", MODEL, SLOPE)
    first = first_weights(whole)
    record = hybrid_campaign.run(hybrid_campaign.kernels(whole), whole, 2, "line", first)
    before = float(system_of(whole).error(jnp.asarray(first[0]), jnp.zeros(())))
    np.testing.assert_allclose(record.total_relative_error[0], before)
    assert np.median(record.total_relative_error[-1]) < before / 2
    assert np.all(np.abs(record.physical_design) <= 1.0)
    assert np.all(record.posterior_spread[-1] < record.posterior_spread[0])


@pytest.mark.slow
def test_the_active_method_takes_two_experiments_at_once(tmp_path):
    change = {"experiments": 2, "indicator": {"array": None, "shift": None, "variance": None}}
    whole = settings(tmp_path, "active_robust", MODEL, SLOPE, change)
    record = active_campaign.run(whole, 2, "line", first_weights(whole))
    assert record.design.shape == (4, 2, 2)
    assert record.observation.shape == (4, 2, 1, 4)
    assert np.median(record.field_relative_error[-1, 1]) < np.median(
        record.field_relative_error[1, 0]
    )


@pytest.mark.slow
def test_four_parameters_are_found_by_particles(tmp_path):
    names = [f"c{n}" for n in range(4)]
    many = {
        "parameters": {name: {"normal": {"mean": 0.0, "deviation": 1.0}} for name in names},
        "designs": {"t": {"lower": 0.0, "upper": 3.0}},
        "noise": {"constant": 0.05},
        "true_parameters": dict.fromkeys(names, 0.5),
        "replicates": 2,
        "times": [1.0, 2.0, 3.0, 4.0, 5.0],
        "correct": False,
        "particles": 500,
        "experiment": {"steps": [3] * 5},
    }
    whole = settings(tmp_path, "general", MANY, many)
    record = hybrid_campaign.run(
        hybrid_campaign.kernels(whole), whole, 2, "m", first_weights(whole)
    )
    assert np.all(np.diff(np.median(record.posterior_spread, axis=1)) < 0)
    assert np.median(record.location_error[-1]) < 0.2
    assert np.all(record.credible_level[-1] < 1.0)
