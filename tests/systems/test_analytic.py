"""The test problems' forward maps at a point worked out by hand."""

import jax.numpy as jnp
import numpy as np

from boed.systems.analytic import linear, nonlinear


def test_by_hand():
    np.testing.assert_allclose(linear(jnp.array([2.0]), jnp.array([0.5, 3.0])), [1.0, 6.0])
    found = nonlinear(jnp.array([0.5]), jnp.array([0.2, 1.0]))
    np.testing.assert_allclose(found, [0.125 * 0.04 + 0.5, 0.125 + 0.5 * np.exp(-0.8)])
