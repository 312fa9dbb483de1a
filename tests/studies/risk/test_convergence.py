"""What is fitted to estimates whose bias and variance are known."""

import jax.numpy as jnp
import numpy as np
import pytest
from model_files import linear

from boed.studies.risk import convergence, risk_problem

SAMPLES = np.array([100.0, 400.0, 1600.0])


def test_fits_find_the_rates_that_were_put_in():
    """V̂ = 2 + 30/N ± 5/√N, both signs as often."""
    signs = np.tile([1.0, -1.0], 50)
    values = 2 + 30 / SAMPLES[:, None] + 5 / np.sqrt(SAMPLES[:, None]) * signs
    fit, variance = convergence.bias_fits(values[None], 2.0, SAMPLES), 25 / SAMPLES * 100 / 99
    np.testing.assert_allclose(fit.bias, [30 / SAMPLES])
    np.testing.assert_allclose(fit.error, [np.sqrt(variance / 100)])
    np.testing.assert_allclose((fit.coefficient, fit.slope), [[30.0], [-1.0]])
    data = convergence.dataset(values[None].repeat(2, axis=0), 2.0, [100, 400, 1600])
    np.testing.assert_allclose(data.bias_from_fit, 0.0, atol=1e-9)
    np.testing.assert_allclose(data.variance, [variance] * 2)
    np.testing.assert_allclose(data.variance_slope, -1.0)
    unknown = convergence.dataset(values[None].repeat(2, axis=0), None, [100, 400, 1600])
    assert set(data) - set(unknown) == {
        *("exact_utility_variance", "bias", "bias_error", "bias_from_fit"),
        *("bias_coefficient", "bias_slope"),
    }


def test_estimates_come_near_the_exact_variance():
    settings = linear() | {
        "way": "pairwise",
        "convergence": {"samples": [50, 800], "runs": 30},
    }
    problem, design = risk_problem.problem(settings), jnp.array([0.7])
    exact = convergence.exact_variance(problem, 400, design)
    assert exact == pytest.approx(0.5 * (1 - 1 / (1 + 9 * 0.49)) ** 2, rel=1e-6)
    found = convergence.estimates(problem, settings, design, (1, "study"))
    assert found.shape == (2, 2, 30)
    assert np.abs(found[0, 1].mean() - exact) < 0.1 * exact
    assert found[0, 0].std() > 2 * found[0, 1].std()
