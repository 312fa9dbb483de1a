"""The network: its size, its agreement with Equinox, and the flat vector of its weights."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from boed.network import tanh_network


@pytest.mark.parametrize(("hidden", "depth", "count"), [(4, 2, 37), (8, 1, 33), (30, 3, 1981)])
def test_number_of_weights(hidden, depth, count, key):
    assert tanh_network(hidden, depth).initialise(key, 1.0).shape == (count,)


def test_apply_is_equinox_called_point_by_point(key, rng):
    mlp = eqx.nn.MLP(2, 1, 4, 2, activation=jnp.tanh, key=key)
    weights, _ = ravel_pytree(eqx.filter(mlp, eqx.is_array))
    offsets = jnp.asarray(rng.normal(size=(3, 5, 2)))
    expected = jax.vmap(jax.vmap(mlp))(offsets)[..., 0]
    np.testing.assert_allclose(tanh_network(4, 2).apply(weights, offsets), expected, rtol=1e-12)


def test_scale_multiplies_the_first_layer_only(key):
    plain, scaled = (tanh_network(4, 2).initialise(key, s) for s in (1.0, 15.0))
    np.testing.assert_allclose(scaled[:8], 15 * plain[:8], rtol=1e-12)
    np.testing.assert_array_equal(scaled[8:], plain[8:])


def test_gradient_in_the_weights_agrees_with_differences(key):
    network, point = tanh_network(4, 2), jnp.array([0.03, -0.07])
    weights = network.initialise(key, 15.0)
    gradient = jax.grad(lambda w: network.apply(w, point))(weights)
    for index in (0, 9, 20, 36):
        step = jnp.zeros(37).at[index].set(1e-6)
        difference = (network.apply(weights + step, point) - network.apply(weights - step, point)) / 2e-6
        assert gradient[index] == pytest.approx(float(difference), rel=1e-5, abs=1e-9)
