"""Curves of utilities: their smoothness and the designs that they prefer, by hand."""

import logging

import jax
import numpy as np
import pytest
from model_files import linear

from boed.studies.risk import designs_looked_at, risk_problem, utility_curves
from boed.studies.risk.quantities import QUANTITIES

SETTINGS = linear(lower=0.0, upper=1.0) | {
    "nodes": 3,
    "way": "fast",
    "samples": [400, 3000],
    "quadrature_nodes": 300,
    "aversions": [0.0, 4.0],
}


def warned(caplog):
    """What was said at the level of a warning: beside the progress, which is of any level."""
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_smoothness_by_hand():
    nested = np.array(
        [[[[0.0, 1.0, 0.0, 1.0]], [[0.0, 1.0, 2.0, 3.0]]]]
    )  # samples, sampling, run, design
    values = np.stack([np.zeros_like(nested), nested], axis=3)
    runs = {"expected_utility": values + 1, "utility_variance": values}
    data = utility_curves.smoothness(runs)
    np.testing.assert_allclose(data["roughness"].values, [[2.0, 0.0]])
    np.testing.assert_allclose(data["shift"].values, [1.0])
    off = utility_curves.deviation(runs, np.zeros(4))
    np.testing.assert_allclose(off.values, [[0.5, 1.5]])


def test_curves_of_the_linear_problem_are_the_closed_form(caplog):
    """U = ½ log(1 + 9d²), V = ½ (1 − 1/(1 + 9d²))²; the averse prefer no information to a risk."""
    looked = designs_looked_at.looked_at(SETTINGS)
    places = looked.designs[:, 0]
    problem, keys = risk_problem.problem(SETTINGS), jax.random.split(jax.random.key(0), 4)
    curves = utility_curves.curves(problem, SETTINGS, looked.designs, keys)
    data = utility_curves.dataset(curves, SETTINGS, looked)
    total = 1 + 9 * places**2
    expected = {
        "expected_utility": 0.5 * np.log(total),
        "utility_variance": 0.5 * (1 - 1 / total) ** 2,
    }
    for name in QUANTITIES:
        np.testing.assert_allclose(data[f"exact_{name}"], expected[name], atol=1e-7)
        found = data[f"{name}_runs"].isel(samples=-1).values
        # sampling, run, estimator, design
        np.testing.assert_allclose(found.mean(axis=(0, 1))[0], expected[name], atol=0.05)
        assert (data[f"{name}_error"].values[1:] > 0).all()
    # without information every sample carries every outcome, and with much some do
    assert data.effective_samples.values[0] == pytest.approx(3000)
    assert (np.diff(data.effective_samples.values) < 0).all()
    assert (data.trustworthy.values == 1).all()
    assert not warned(caplog)
    objective = expected["expected_utility"] - 4 * expected["utility_variance"]
    np.testing.assert_allclose(data.exact_objective[1], objective, atol=1e-6)
    assert data.exact_best_design.values.tolist() == [1.0, 0.0]
    assert data.exact_worst_design.values.tolist() == [0.0, places[objective.argmin()]]


def test_estimates_from_too_few_samples_are_marked_and_told(caplog):
    noise = {"noise": {"constant": 0.02}}
    settings = SETTINGS | noise | {"samples": [40], "quadrature_nodes": 3000}
    looked = designs_looked_at.looked_at(settings)
    problem, keys = risk_problem.problem(settings), jax.random.split(jax.random.key(0), 1)
    curves = utility_curves.curves(problem, settings, looked.designs, keys)
    data = utility_curves.dataset(curves, settings, looked)
    assert data.trustworthy.values.tolist() == [1.0, 0.0, 0.0]
    assert data.lonely_outcomes.values[-1] > 0.3
    (record,) = warned(caplog)
    assert "cannot be trusted at 2 of 3 designs" in record.getMessage()
