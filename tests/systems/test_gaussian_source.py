"""The source's shape: its integral, and the same numbers by NumPy and by JAX."""

import jax.numpy as jnp
import numpy as np

from boed.systems.gaussian_source import GaussianSource

SOURCE = GaussianSource(strength=2.0, width=0.05)


def test_its_integral_is_its_strength():
    distances = np.linspace(-0.6, 0.6, 2001)
    along = np.trapezoid(SOURCE.profile(distances), distances)
    np.testing.assert_allclose(SOURCE.peak * along**2, 2.0, rtol=1e-12)


def test_its_half_width_and_both_libraries():
    half = 0.05 * np.sqrt(2 * np.log(2))
    np.testing.assert_allclose(SOURCE.profile(np.array([0.0, half])), [1.0, 0.5])
    assert isinstance(SOURCE.profile(np.array([0.1])), np.ndarray)
    distances = np.linspace(0, 0.3, 7)
    found = SOURCE.profile(jnp.asarray(distances))
    np.testing.assert_allclose(found, SOURCE.profile(distances), rtol=1e-14)
