"""Simulated outcomes of the linear-Gaussian problem against its closed form."""

import jax
import numpy as np
from model_files import linear

from boed.studies.risk import outcomes, risk_problem

BLOCK = {"designs": [0.3, 1.0], "samples": 40, "nodes": 801, "parameters": [-2.0, 1.0]}
SETTINGS = {
    **linear(),
    "quadrature_nodes": 600,
    "outcomes": BLOCK,
}
PROBLEM = risk_problem.problem(SETTINGS)
DESIGNS = np.array(BLOCK["designs"])[:, None]
REDUCED = 1 / (1 + 9 * DESIGNS**2)


def test_gains_are_divergences_of_two_gaussians():
    found = outcomes.simulated(PROBLEM, SETTINGS, jax.random.key(0))
    assert found.data.shape == (2, 40)
    noise = found.data - DESIGNS * np.asarray(found.parameters)
    np.testing.assert_allclose(noise[0], noise[1], atol=1e-12)
    mean = 9 * DESIGNS * REDUCED * np.asarray(found.data)
    expected = 0.5 * (REDUCED - 1 - np.log(REDUCED) + mean**2 / 9)
    np.testing.assert_allclose(found.gains, expected, rtol=1e-5)


def test_posteriors_are_normal_with_the_closed_forms_moments():
    found = outcomes.posteriors(PROBLEM, BLOCK)
    grid, truths = np.asarray(found.grid), np.array(BLOCK["parameters"])
    np.testing.assert_allclose(found.data, DESIGNS * truths)
    np.testing.assert_allclose(found.predictions, DESIGNS * grid)
    mean = (9 * DESIGNS**2 * REDUCED * truths)[..., None]
    deviation = 3 * np.sqrt(REDUCED)[..., None]
    density = np.exp(-0.5 * ((grid - mean) / deviation) ** 2) / deviation / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(found.densities, density, atol=1e-9)
    spread = outcomes.spreads(grid, np.asarray(found.densities))
    np.testing.assert_allclose(spread, np.broadcast_to(deviation[..., 0], (2, 2)), rtol=1e-6)


def test_contrasts_by_hand():
    np.testing.assert_allclose(outcomes.contrast(np.array([[2.0, 1.0], [3.0, 4.0]])), [2, 4 / 3])
    simulated = outcomes.simulated(PROBLEM, SETTINGS, jax.random.key(0))
    data = outcomes.dataset(simulated, outcomes.posteriors(PROBLEM, BLOCK), SETTINGS)
    # of a linear model neither slopes nor posteriors depend on the parameter
    np.testing.assert_allclose(data.slope_contrast, 1.0, rtol=1e-9)
    np.testing.assert_allclose(data.posterior_contrast, 1.0, rtol=1e-6)
