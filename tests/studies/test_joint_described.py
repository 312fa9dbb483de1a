"""What a described system's model misses as part of the belief: against Bayes' theorem in closed
form, and through all stages, on a grid and with particles.
"""

import configurations
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config.overlays import merged
from boed.inference import grid_belief, particle_belief
from boed.studies.active import campaign as active_campaign
from boed.studies.hybrid import beliefs
from boed.studies.hybrid.belief_update import STORED, BeliefUpdate, belief_dataset
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.sweeps import campaign
from boed.systems import check
from boed.systems.described import described
from boed.systems.sequential import sequential_system

MODEL = """
def predict(parameters, design):
    return predict_with(parameters, design, {"bias": 0.0})


def predict_with(parameters, design, missing):
    return parameters["slope"] * design["x"] + missing["bias"]


def observe(design):
    return predict_with({"slope": 1.5}, design, {"bias": -0.5})
"""
MEAN, DEVIATION = np.array([1.0, 0.0]), np.array([0.8, 0.6])
LINE = {
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.8}, "cells": 121}},
    "missing": {"parameters": {"bias": {"normal": {"mean": 0.0, "deviation": 0.6}, "cells": 121}}},
    "joint": True,
    "designs": {"x": {"lower": -1.0, "upper": 1.0}},
    "noise": {"constant": 0.3},
    "true_parameters": {"slope": 1.5, "bias": -0.5},
}
# data of three designs, in the units of x
PLACES, OBSERVED = np.array([-1.0, 0.5, 0.75]), np.array([-1.9, 0.4, 0.5])
STAGE, NONE = jnp.zeros(()), jnp.zeros(1)


@pytest.fixture
def line(tmp_path):
    """Settings of a line whose height is missing, with changes."""
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return lambda **changes: merged(LINE | {"file": str(path)}, changes)


def updated(system):
    """What the belief of one replicate says after three data."""
    data = Measurements(
        design=(jnp.asarray(PLACES)[None, :, None] + 1) / 2,
        observed=jnp.asarray(OBSERVED)[None, :, None],
        deviation=jnp.full((1, 3, 1), 0.3),
        used=jnp.ones((1, 3)),
    )
    priors = beliefs.of_replicates(system.prior, 1)
    return BeliefUpdate(system, {})(jnp.zeros(3), data, NONE[None], priors)


def exact():
    """Mean and covariance of slope and bias after them, by the normal equations."""
    matrix = np.stack([PLACES, np.ones(3)], axis=1)
    covariance = np.linalg.inv(np.diag(DEVIATION**-2.0) + matrix.T @ matrix / 0.09)
    return MEAN + covariance @ matrix.T @ (OBSERVED - matrix @ MEAN) / 0.09, covariance


def test_the_belief_on_a_grid_is_the_gaussian_posterior(line):
    system = sequential_system(line())
    found, (mean, covariance) = updated(system), exact()
    own = np.asarray(grid_belief.covariance(found["log_probability"][0], system.cells))
    deviation = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(found["mean"][0], mean, atol=0.01 * deviation.min())
    np.testing.assert_allclose(np.sqrt(np.diag(own)), deviation, rtol=0.01)
    correlation = covariance[0, 1] / deviation.prod()
    assert abs(correlation) > 0.05
    assert own[0, 1] / np.sqrt(np.diag(own).prod()) == pytest.approx(correlation, rel=0.01)
    # of the slope alone, as in a belief that does not hold the bias
    assert float(found["spread"][0]) == pytest.approx(deviation[0], rel=0.01)
    off = abs(float(found["most_probable"][0, 0]) - 1.5) / 0.8
    assert float(found["location_error"][0]) == pytest.approx(off)
    words = belief_dataset(system, found)["spread"].attrs["long_name"]
    assert words == f"{STORED['spread']}, of slope alone"


def test_correlated_before_any_data_it_is_that_of_their_copula(line):
    prior = sequential_system(line(correlations=[["slope", "bias", 0.6]]))
    covariance = np.asarray(grid_belief.covariance(prior.prior, prior.cells))
    assert covariance[0, 1] / (0.8 * 0.6) == pytest.approx(0.6, rel=0.01)


def test_predictions_are_the_files_with_these_values(line):
    system = sequential_system(line())
    found = system.predict(jnp.array([2.0, 0.25]), NONE, jnp.array([0.75]), STAGE)
    np.testing.assert_allclose(found, [2.0 * 0.5 + 0.25])
    assert [q.name for q in system.quantities.parameters] == ["slope", "bias"]
    assert [q.name for q in system.quantities.sought] == ["slope"]
    np.testing.assert_array_equal(system.true_parameters, [1.5, -0.5])
    np.testing.assert_allclose(system.most_probable(), MEAN, atol=1e-12)
    np.testing.assert_allclose(system.distance(jnp.array([2.3, 9.0])), 1.0)


@pytest.mark.parametrize("changes", [{"joint": False}, {"joint": None}])
def test_where_it_is_not_joint_what_is_missing_has_weights(line, changes):
    system = sequential_system(line(**changes))
    # one deviation above the median
    found = system.predict(jnp.array([2.0]), jnp.ones(1), jnp.array([0.75]), STAGE)
    np.testing.assert_allclose(found, [2.0 * 0.5 + 0.6])
    assert system.described.missing.count == 1
    assert system.prior.shape == (121,)
    assert system.quantities.sought == system.quantities.parameters
    np.testing.assert_array_equal(system.true_parameters, [1.5])


@pytest.mark.slow
def test_beyond_three_in_total_they_are_particles(line):
    """Two of which the model's outputs tell nothing."""
    parameters = dict.fromkeys(("slope", "curve"), LINE["parameters"]["slope"])
    missing = dict.fromkeys(("bias", "drift"), LINE["missing"]["parameters"]["bias"])
    true = {"slope": 1.5, "curve": 1.0, "bias": -0.5, "drift": 0.0}
    changes = {"missing": {"parameters": missing}, "true_parameters": true}
    system = sequential_system(line(parameters=parameters, particles=4000, **changes))
    assert system.cells is None
    assert [q.name for q in system.quantities.sought] == ["slope", "curve"]
    assert system.prior.particles.shape == (4000, 4)
    assert float(particle_belief.spread(system.prior)) == pytest.approx(0.48**0.5, rel=0.05)
    found, (mean, covariance) = updated(system), exact()
    deviation = np.sqrt(np.diag(covariance))
    assert float(found["spread"][0]) == pytest.approx((deviation[0] * 0.8) ** 0.5, rel=0.05)
    expected = [mean[0], 1.0, mean[1], 0.0]
    np.testing.assert_allclose(found["mean"][0], expected, atol=0.05)
    assert belief_dataset(system, found).particles.sizes["parameter"] == 4


def of_stages(recipe, line):
    """Settings of three stages by a recipe, on few cells."""
    parts = {
        "parameters": {"slope": {"cells": 31}},
        "missing": {"parameters": {"bias": {"cells": 31}}},
    }
    search = {"lower": 0.0, "upper": 1.0, "grid": 5, "steps": [2] * 3, "move_limit": 1.0}
    study = {
        "replicates": 2,
        "times": [1.0, 2.0, 3.0],
        "correct": False,
        "experiment": {"utility": "predicted", "quadrature_nodes": 64} | search,
    }
    return merged(merged(configurations.paper()["recipes"][recipe], line(**parts)), study)


def test_all_stages_narrow_both(line):
    """By designs that tell most of slope and bias together, by the gain in closed form."""
    settings = of_stages("general", line)
    record = campaign.run(campaign.kernels(settings), settings, 2, "line", np.zeros((2, 1)))
    precision, told = np.diag(DEVIATION**-2.0), []
    everywhere = np.stack([np.linspace(-1, 1, 101), np.ones(101)], axis=1)
    for stage in range(3):
        designs = record.physical_design[stage, :, 0]
        before = np.broadcast_to(precision, (2, 2, 2))
        rows = np.stack([designs, np.ones(2)], axis=1)
        possible = np.einsum("di,rij,dj->rd", everywhere, np.linalg.inv(before), everywhere)
        chosen = np.einsum("ri,rij,rj->r", rows, np.linalg.inv(before), rows)
        assert np.all(np.log1p(chosen / 0.09) > 0.97 * np.log1p(possible.max(axis=1) / 0.09))
        precision = before + rows[:, :, None] * rows[:, None, :] / 0.09
        told.append(np.sqrt(np.diagonal(np.linalg.inv(precision), axis1=1, axis2=2)))
    slope, bias = np.moveaxis(told, -1, 0)
    np.testing.assert_allclose(record.posterior_spread, slope, rtol=0.02)
    assert np.all(slope[-1] < 0.4 * DEVIATION[0])
    assert np.all(bias[-1] < 0.4 * DEVIATION[1])
    assert np.all(np.diff(bias, axis=0) < 0)


@pytest.mark.slow
def test_the_active_method_narrows_both(line):
    indicator = {"indicator": {"array": None, "shift": None, "variance": None}}
    settings = merged(of_stages("active_robust", line), indicator)
    record = active_campaign.run(settings, 2, "line", np.zeros((2, 1)))
    cells = sequential_system(settings).cells
    told = [
        [np.diag(grid_belief.covariance(belief, cells)) ** 0.5 for belief in stage]
        for stage in record.log_probability
    ]
    assert np.all(np.diff(told, axis=0) < 0)
    assert np.all(told[-1] < 0.5 * DEVIATION)
    np.testing.assert_allclose(record.posterior_spread, np.array(told)[..., 0], rtol=1e-6)


def test_the_page_before_a_run_looks_at_what_the_belief_holds(line, key, monkeypatch):
    monkeypatch.setattr(check, "MOST", 2000)
    settings = line()
    found = {finding.what: finding for finding in check.findings(settings, key)}
    assert list(found) == [
        "description", "predict_with", "observe", "finite", "noise", "gradient", "time"
    ]  # fmt: skip
    assert all(finding.good for finding in found.values())
    with open(settings["file"], "a", encoding="utf-8") as model:
        model.write("\n\ndel predict_with\n")
    found = {finding.what: finding for finding in check.findings(settings, key)}
    assert not found["predict_with"].good
    assert "predict_with" in found["predict_with"].text
    assert described(settings).believed_missing == ("bias",)
