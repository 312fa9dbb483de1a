"""Calibration against weighted least squares, whose solution is known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from boed import calibration
from boed.calibration import Descent, calibrate


def test_loss_is_minus_the_log_likelihood(rng):
    g, y, s = rng.normal(size=4), rng.normal(size=4), rng.uniform(0.1, 1, size=4)
    computed = calibration.negative_log_likelihood(jnp.asarray(g), jnp.asarray(y), jnp.asarray(s))
    assert computed == pytest.approx(-norm(g, s).logpdf(y).sum(), rel=1e-10)


def test_tends_to_weighted_least_squares(rng, key):
    matrix, y, s = rng.normal(size=(6, 3)), jnp.asarray(rng.normal(size=6)), jnp.asarray(rng.uniform(0.2, 1, size=6))
    weights, info = calibrate(
        jnp.zeros(3), lambda w, centre: jnp.asarray(matrix) @ w, y, s, jnp.zeros(2), key, Descent(3000, 0.01, 0.0, 0.0)
    )
    expected = np.linalg.lstsq(matrix / np.asarray(s)[:, None], np.asarray(y / s), rcond=None)[0]
    np.testing.assert_allclose(weights, expected, atol=2e-3)
    assert info.loss[-1] < info.loss[0]


def test_jitter_moves_the_centre_and_dies_away(key):
    """A prediction that is the centre itself: the loss is its squared shift, half of whose mean is known."""
    _, info = calibrate(
        jnp.zeros(1),
        lambda w, centre: centre,
        jnp.zeros(2),
        jnp.ones(2),
        jnp.zeros(2),
        key,
        Descent(4000, 0.1, 0.05, 0.001),
    )
    squared = 2 * (np.asarray(info.loss) - np.log(2 * np.pi))
    expected = 2 * 0.05**2 * np.exp(-0.002 * np.arange(4000))
    assert squared[:1000].sum() == pytest.approx(expected[:1000].sum(), rel=0.15)
    assert squared[3000:].sum() == pytest.approx(expected[3000:].sum(), rel=0.15)


def test_one_step_is_one_adam_step(key):
    weights, info = calibrate(
        jnp.array([1.0, -1.0]),
        lambda w, centre: w,
        jnp.zeros(2),
        jnp.ones(2),
        jnp.zeros(2),
        key,
        Descent(1, 0.01, 0.05, 0.04),
    )
    np.testing.assert_allclose(weights, [0.99, -0.99], rtol=1e-6)
    assert info.gradient_norm[0] == pytest.approx(np.sqrt(2))


@pytest.mark.slow
def test_replicates_are_independent(key):
    keys = jax.random.split(key, 3)

    def run(w, key):
        return calibrate(
            w, lambda w, centre: w + centre, jnp.ones(2), jnp.ones(2), jnp.zeros(2), key, Descent(5, 0.1, 0.05, 0.0)
        )[0]

    starts = jnp.arange(6.0).reshape(3, 2)
    together = jax.vmap(run)(starts, keys)
    for start, own, result in zip(starts, keys, together, strict=True):
        np.testing.assert_allclose(run(start, own), result, rtol=1e-10)
