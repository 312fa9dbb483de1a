"""Priors: moments of their samples, and rules that integrate what they should."""

import jax
import numpy as np
import pytest

from boed.inference import priors

CASES = {
    "normal": (priors.normal(1.0, 2.0), 1.0, 4.0),
    "uniform": (priors.uniform(-1.0, 2.0), 0.5, 0.75),
}


@pytest.mark.parametrize("name", CASES)
def test_samples_have_the_moments(name):
    prior, mean, variance = CASES[name]
    drawn = np.asarray(prior.sample(jax.random.key(1), 100_000))
    assert drawn.shape == (100_000, 1)
    assert drawn.mean() == pytest.approx(mean, abs=0.03)
    assert drawn.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("name", CASES)
def test_density_is_that_of_the_samples(name):
    prior, mean, variance = CASES[name]
    grid = np.linspace(-15.0, 17.0, 200_001)
    density = np.exp(np.asarray(prior.log_density(grid)))
    assert np.trapezoid(density, grid) == pytest.approx(1.0, rel=1e-3)
    assert np.trapezoid(density * (grid - mean) ** 2, grid) == pytest.approx(variance, rel=1e-3)


@pytest.mark.parametrize("name", CASES)
def test_nodes_integrate_powers(name):
    prior, mean, variance = CASES[name]
    nodes, weights = (np.asarray(part) for part in prior.nodes(200))
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    assert weights @ nodes[:, 0] == pytest.approx(mean, rel=1e-12)
    assert weights @ (nodes[:, 0] - mean) ** 2 == pytest.approx(variance, rel=1e-12)
