"""The network: its size, its agreement with Equinox, and the flat vector of its weights."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from boed.systems.discrepancy_network import tanh_network


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
        difference = (
            network.apply(weights + step, point) - network.apply(weights - step, point)
        ) / 2e-6
        assert gradient[index] == pytest.approx(float(difference), rel=1e-5, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["single", "double"])
def test_the_sum_over_offsets_and_its_derivatives_are_those_of_the_values(precision, key, rng):
    """Against the double network's values, forwards and backwards, in the weights and in the
    quadrature.
    """
    exact, network = tanh_network(4, 2), tanh_network(4, 2, precision)
    weights, offsets = exact.initialise(key, 15.0), jnp.asarray(rng.normal(size=(7, 5, 2)))
    quadrature, change = jnp.asarray(rng.normal(size=(2, 7, 5)))
    tolerance = {"single": 2e-5, "double": 1e-11}[precision]

    def expected(weights, quadrature):
        return jnp.sum(quadrature * exact.apply(weights, offsets))

    def computed(weights, quadrature):
        return network.integrate(weights, offsets, quadrature)

    assert computed(weights, quadrature) == pytest.approx(
        float(expected(weights, quadrature)), rel=tolerance
    )
    for argument in (0, 1):
        for mode in (jax.grad, jax.jacfwd):
            theirs, ours = (
                mode(function, argument)(weights, quadrature) for function in (expected, computed)
            )
            np.testing.assert_allclose(
                ours, theirs, atol=tolerance * float(abs(theirs).max()), rtol=0
            )
    moves = ((weights, quadrature), (0.1 * weights, change))
    theirs, ours = (jax.jvp(function, *moves)[1] for function in (expected, computed))
    assert ours == pytest.approx(float(theirs), rel=10 * tolerance)


def test_a_sum_cannot_be_differentiated_in_its_offsets(key):
    network, offsets = tanh_network(4, 2), jnp.ones((3, 2))
    with pytest.raises(TypeError, match="weights and quadrature only"):
        jax.grad(lambda x: network.integrate(network.initialise(key, 1.0), x, jnp.ones(3)))(offsets)
