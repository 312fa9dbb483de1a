"""All stages of described systems, by both methods: a sine that the model lacks is learned, two
outputs and two experiments at once go through, their gains measured or predicted, particles stand
in for a grid, no stage goes where it is forbidden.
"""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config.overlays import merged
from boed.jobs import store
from boed.studies.active import campaign as active_campaign
from boed.studies.active.history_file import history_dataset
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
WAVES = """
import jax.numpy as jnp


def predict(parameters, design):
    a, b, t = parameters["a"], parameters["b"], design["t"]
    return {outputs}


def observe(design):
    return predict({{"a": 0.5, "b": -0.5}}, design)
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


LACKING = """
import jax.numpy as jnp


def predict(parameters, design):
    return predict_with(parameters, design, lambda t: 0.0)


def predict_with(parameters, design, missing):
    t = design["t"]
    return sum(parameters[f"c{n}"] * jnp.cos(n * t) for n in range(4)) + missing(t)


def observe(design):
    return predict_with({f"c{n}": 0.5 for n in range(4)}, design, lambda t: jnp.sin(2 * t))
"""


def lacking(tmp_path, **changes):
    """Settings of an active study of four cosines, which cannot make up for a sine."""
    names = [f"c{n}" for n in range(4)]
    many = {
        "parameters": {name: {"normal": {"mean": 0.5, "deviation": 0.3}} for name in names},
        "designs": {"t": {"lower": 0.0, "upper": 3.0}},
        "outputs": {"y": {"unit": "m"}},
        "noise": {"constant": 0.05},
        "missing": {"network": {"inputs": 1, "hidden": 4, "depth": 2, "scale": 3.0}},
        "true_parameters": dict.fromkeys(names, 0.5),
        "particles": 200,
        "reupdate": "replay",
        "indicator": {"array": None, "shift": None, "variance": None},
    }
    return settings(tmp_path, "active_robust", LACKING, SLOPE | many, changes)


def test_the_active_method_updates_particles_by_all_data_so_far(tmp_path):
    """Nothing else than a stage's first half: one datum a stage halves the spread at most."""
    whole = lacking(tmp_path, correct=False, times=[1.0, 2.0, 3.0])
    record = active_campaign.run(whole, 2, "m", first_weights(whole))
    spread = np.median(record.posterior_spread, axis=1)
    assert spread[0] < 0.3
    assert spread[1] < 0.8 * spread[0]
    assert spread[2] < 0.5 * spread[0]


@pytest.mark.slow
@pytest.mark.parametrize("budget", [1, 3])
def test_the_active_method_learns_with_particles(tmp_path, budget):
    """The sine that is missing; with room for other designs' data too."""
    whole = lacking(tmp_path, indicator={"budget": budget})
    first = first_weights(whole)
    record = active_campaign.run(whole, 2, "m", first)
    assert record.particles.shape == (4, 2, 200, 4)
    assert np.all(np.diff(np.median(record.posterior_spread, axis=1)) < 0)
    before, after = record.field_relative_error[1, 0], record.field_relative_error[-1, 1]
    assert np.median(after) < np.median(before)
    found = history_dataset(whole, first, record)
    store.require_described(found)
    assert found.log_probability.dims == ("stage", "replicate", "particle")
    assert found.particles.sizes["particle"] == int(found.cells) == 200
    np.testing.assert_allclose(np.exp(found.log_probability).sum("particle"), 1.0)
    np.testing.assert_array_equal(found.particles.values, record.particles)


def predicted(tmp_path, model, names, **changes):
    """Record of two stages whose designs are chosen by predicted utility: of what a model gives of
    parameters of deviation one at times from 0 to π/2.
    """
    study = {
        "parameters": {n: {"normal": {"mean": 0.0, "deviation": 1.0}, "cells": 31} for n in names},
        "designs": {"t": {"lower": 0.0, "upper": np.pi / 2}},
        "noise": {"constant": 0.3},
        "true_parameters": {n: 0.5 * (-1) ** k for k, n in enumerate(names)},
        "replicates": 2,
        "times": [1.0, 2.0],
        "correct": False,
        "experiment": {"utility": "predicted", "outcomes": 256, "grid": 5, "steps": [2] * 2},
    }
    whole = settings(tmp_path, "general", model, study, changes)
    kernels = hybrid_campaign.kernels(whole)
    return hybrid_campaign.run(kernels, whole, 2, "m", first_weights(whole))


def linear_gains(rows, covariance):
    """½ ln det(1 + MΣMᵀ/σ²) of matrices M, one a time."""
    told = rows @ covariance @ rows.transpose(0, 2, 1) / 0.09
    return np.linalg.slogdet(np.eye(rows.shape[1]) + told)[1] / 2


def test_predicted_utilities_weigh_all_outputs(tmp_path):
    """The second output tells of b alone, the more the later; the first as much at any time."""
    model = WAVES.format(outputs="[a * jnp.cos(t) + b * jnp.sin(t), 2 * b * t]")
    outputs = {name: {"unit": "1"} for name in ("wave", "ramp")}
    record = predicted(tmp_path, model, "ab", outputs=outputs)
    times = np.linspace(0, np.pi / 2, 101)
    rows = np.array([[[np.cos(t), np.sin(t)], [0.0, 2 * t]] for t in times])
    for first, second in record.physical_design[:2, :, 0].T:
        gains = linear_gains(rows, np.eye(2))
        assert np.interp(first, times, gains) > max(0.98 * gains.max(), 1.9 * gains[0])
        matrix = rows[np.argmin(np.abs(times - first))]
        posterior = np.linalg.inv(np.eye(2) + matrix.T @ matrix / 0.09)
        gains = linear_gains(rows, posterior)
        assert np.interp(second, times, gains) > 0.95 * gains.max()


def test_predicted_utilities_of_two_experiments_do_not_measure_the_same_twice(tmp_path):
    """At any time one number tells as much; a quarter of a period apart two tell most."""
    model = WAVES.format(outputs="a * jnp.cos(t) + b * jnp.sin(t)")
    record = predicted(tmp_path, model, "ab", outputs={"wave": {"unit": "1"}}, experiments=2)
    apart = np.abs(np.diff(record.physical_design[0], axis=1))
    assert np.all(apart > 0.9 * np.pi / 2)


def test_predicted_utilities_of_particles(tmp_path):
    """Of four parameters that two outputs tell apart at some times more than at others."""
    names = [f"c{n}" for n in range(4)]
    model = MANY.replace("return sum(", "return [0.5 * parameters['c0'], 0 * design['t'] + sum(")
    model = model.replace("for n in range(4))\n\n\ndef", "for n in range(4))]\n\n\ndef")
    outputs = {name: {"unit": "1"} for name in ("first", "sum")}
    record = predicted(tmp_path, model, names, outputs=outputs, particles=500)
    times = np.linspace(0, np.pi / 2, 101)
    rows = np.array([[[0.5, 0, 0, 0], np.cos(t * np.arange(4))] for t in times])
    gains = linear_gains(rows, np.eye(4))
    found = np.interp(record.physical_design[0, :, 0], times, gains)
    assert np.all(found > 0.95 * gains.max())
    assert gains.min() < 0.85 * gains.max()
    assert np.all(record.posterior_spread[1] < record.posterior_spread[0])


# the most informative designs, the ends, and a part in between
FORBIDDEN = [{"x": [-1.0, -0.9]}, {"x": [-0.3, 0.2]}, {"x": [0.8, 2.0]}]
# a model that gives nothing there
BROKEN = MODEL.replace(
    'x = design["x"]\n',
    'x = design["x"]\n'
    "    x = jnp.where((x <= -0.9) | ((x >= -0.3) & (x <= 0.2)) | (x >= 0.8), jnp.nan, x)\n",
)
BESIDE = {
    "forbidden": FORBIDDEN,
    "experiment": {"initial": [0.7], "grid": 4, "steps": [3] * 3},
    "discrepancy_experiment": {"grid": 4},
    "times": [1.0, 2.0, 3.0],
}
TWICE = {"experiments": 2, "experiment": {"initial": [0.7, 0.3]}}
CANDIDATES = {"designs": {"x": {"candidates": [-1.0, -0.8, -0.1, 0.4, 0.9]}}}


def allowed(designs):
    """Whether designs lie in none of the boxes."""
    ends = [box["x"] for box in FORBIDDEN]
    return ~np.any([(designs >= least) & (designs <= most) for least, most in ends], axis=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "changes"), [(BROKEN, TWICE), (MODEL, CANDIDATES)], ids=["twice", "candidates"]
)
def test_no_stage_goes_where_it_is_forbidden(tmp_path, model, changes):
    """Nor does a model that fails there do any harm."""
    whole = settings(tmp_path, "general", model, SLOPE, BESIDE, changes)
    record = hybrid_campaign.run(
        hybrid_campaign.kernels(whole), whole, 2, "line", first_weights(whole)
    )
    # the first stage has no discrepancy design
    for designs in (record.physical_design, record.discrepancy_design[1:]):
        assert allowed(designs).all()
        assert np.isin(designs, [-0.8, 0.4]).all() == (changes == CANDIDATES)
    assert np.isfinite(record.weights).all()
    assert np.isfinite(record.total_relative_error).all()


@pytest.mark.slow
def test_no_design_is_proposed_where_it_is_forbidden(tmp_path):
    """The indicator climbs from each stage's own design until its gain is beyond reach."""
    indicator = {"array": None, "shift": None, "variance": None, "threshold": 99.0, "budget": 4}
    whole = settings(tmp_path, "active_robust", MODEL, SLOPE, BESIDE, {"indicator": indicator})
    record = active_campaign.run(whole, 2, "line", first_weights(whole))
    assert (record.tried[1:] == 4).all()
    assert allowed(record.design).all()
    assert allowed(record.teaching_design).all()
    assert (record.teaching_design[1:] != record.design[1:]).any()
