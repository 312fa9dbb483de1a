"""Noise model and Gaussian density against SciPy."""

import jax.numpy as jnp
import numpy as np
from scipy.stats import norm

from boed.inference.noise import Noise, log_density


def test_deviation_grows_with_the_magnitude():
    np.testing.assert_allclose(
        Noise(0.05, 0.1).deviation(jnp.array([-2.0, 0.0, 3.0])), [0.25, 0.05, 0.35]
    )


def test_log_density_is_that_of_the_normal_distribution(rng):
    y, mean, deviation = rng.normal(size=5), rng.normal(size=5), rng.uniform(0.1, 2, size=5)
    np.testing.assert_allclose(
        log_density(y, mean, deviation), norm(mean, deviation).logpdf(y), rtol=1e-12
    )


def test_each_output_may_have_noise_of_its_own():
    values = jnp.array([[-2.0, 0.0], [3.0, 10.0]])
    np.testing.assert_allclose(
        Noise(jnp.array([0.05, 1.0]), jnp.array([0.1, 0.2])).deviation(values),
        [[0.25, 1.0], [0.35, 3.0]],
    )
