"""The adjoint method against reverse mode through the same scheme, central differences, and its
memory.
"""

import tracemalloc
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.numerics import adjoint_method
from boed.numerics.adjoint_method import Data, Misfit, Recomputed, Stored
from boed.systems.discrepancy_network import tanh_network
from boed.systems.gaussian_source import GaussianSource
from boed.systems.plume.rollout import Rollout, Steps
from boed.systems.plume.sources import Source
from boed.systems.plume.sparse_rollout import SparsePlume, limited
from boed.systems.plume.velocity import Velocity

BOX = SparsePlume(lower=-1.0, upper=2.0, cells=30, diffusivity=1.0, time=0.06, steps=24, rate=50.0)
TRACED = Rollout(1.0, Velocity((0.0, 30.0), (0.0, 50.0)), -1.0, 2.0, 30, 0.06 / 24)
CENTRE, POINTS = np.array([0.25, 0.3]), np.array([[0.31, 0.42], [0.55, 0.37], [0.12, 0.21]])
NETWORK = tanh_network(4, 2)


def modelled(weights):
    """A source with a network, at the cells."""
    offsets = jnp.asarray(BOX.centres()) - CENTRE
    return GaussianSource(2.0, 0.1)(offsets) + NETWORK.apply(weights, offsets)


@pytest.fixture
def weights(key):
    return np.asarray(NETWORK.initialise(key, 5.0))


@pytest.fixture
def data(rng):
    return Data(BOX.readings(POINTS), rng.uniform(0.2, 0.6, 3), np.array([0.05, 0.06, 0.07]))


def traced_loss(data, weights, growth):
    """The same loss by the time stepping that JAX sees into."""
    times = jnp.arange(BOX.steps) * BOX.step
    moment = Steps(growth * times, BOX.rate * times, jnp.full(BOX.steps, BOX.step))
    source = Source(GaussianSource(2.0, 0.1), smooth=partial(NETWORK.apply, weights))
    field = TRACED.evolve(source, moment, jnp.asarray(CENTRE))
    predicted = jnp.asarray(data.readings.toarray()) @ field.ravel()
    return 0.5 * jnp.sum(((predicted - data.observed) / data.deviation) ** 2)


@pytest.mark.parametrize("growth", [30.0, -20.0])
def test_it_agrees_with_reverse_mode_through_the_same_scheme(weights, data, growth):
    expected = jax.value_and_grad(partial(traced_loss, data), argnums=(0, 1))(
        jnp.asarray(weights), growth
    )
    loss, by_weights, by_growth = adjoint_method.misfit_gradient(
        Misfit(BOX, modelled, data), weights, growth
    )
    assert loss == pytest.approx(float(expected[0]), rel=1e-10)
    np.testing.assert_allclose(
        by_weights, expected[1][0], rtol=1e-6, atol=1e-6 * np.abs(expected[1][0]).max()
    )
    assert by_growth == pytest.approx(float(expected[1][1]), rel=1e-6)


def test_it_agrees_with_central_differences(weights, data, rng):
    misfit = Misfit(BOX, modelled, data)
    _, by_weights, by_growth = adjoint_method.misfit_gradient(misfit, weights, 30.0)

    def loss(weights, growth):
        return adjoint_method.misfit_gradient(misfit, weights, growth).loss

    direction, step = rng.normal(size=weights.size), 1e-5
    change = (loss(weights + step * direction, 30.0) - loss(weights - step * direction, 30.0)) / (
        2 * step
    )
    assert by_weights @ direction == pytest.approx(change, rel=1e-4)
    change = (loss(weights, 30.0 + 1e-3) - loss(weights, 30.0 - 1e-3)) / 2e-3
    assert by_growth == pytest.approx(change, rel=1e-4)


def test_states_made_anew_give_the_same_gradient(weights, data):
    kept, again = (
        adjoint_method.misfit_gradient(Misfit(BOX, modelled, data), weights, 30.0, states)
        for states in (Stored, Recomputed)
    )
    np.testing.assert_allclose(np.r_[kept[1], kept[2]], np.r_[again[1], again[2]], rtol=1e-12)


def peak(steps, states):
    """Bytes that NumPy and SciPy hold at most during a gradient."""
    box = SparsePlume(-1.0, 2.0, 30, 1.0, 0.06, steps, 50.0)
    source, reading = (
        np.asarray(GaussianSource(2.0, 0.1)(jnp.asarray(box.centres()) - CENTRE)),
        box.readings(POINTS[:1]),
    )
    adjoint_method.gradient(box, source, 30.0, lambda u: reading.toarray()[0], Recomputed)
    tracemalloc.start()
    adjoint_method.gradient(box, source, 30.0, lambda u: reading.toarray()[0], states)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.slow
def test_memory_is_that_of_the_stored_states_and_constant_without_them():
    state = 8 * 30**2
    few, many = (peak(steps, Stored) for steps in (24, 48))
    assert many - few == pytest.approx(24 * state, rel=0.1)
    few, many = (peak(steps, Recomputed) for steps in (24, 48))
    assert abs(many - few) < 2 * state


def test_a_limited_jump_is_van_leers_and_has_its_derivatives(rng):
    a, b = rng.normal(size=(2, 50))
    ratio = a / b
    value, by_a, by_b = limited(a, b)
    np.testing.assert_allclose(value, (ratio + np.abs(ratio)) / (1 + np.abs(ratio)) * b, atol=1e-14)
    for step, slope in (((1e-6, 0), by_a), ((0, 1e-6), by_b)):
        change = (
            limited(a + step[0], b + step[1])[0] - limited(a - step[0], b - step[1])[0]
        ) / 2e-6
        np.testing.assert_allclose(slope, change, atol=1e-5)


@pytest.mark.slow
def test_a_source_is_found_again_through_the_black_box(rng):
    """The data are those of a known strength and growth; both are fitted from elsewhere."""
    offsets = jnp.asarray(BOX.centres()) - CENTRE

    def source(weights):
        return GaussianSource(1.0, 0.1)(offsets) * weights[0]

    readings = BOX.readings(rng.uniform(0.0, 0.8, (12, 2)))
    truth = Recomputed(BOX, np.asarray(source(jnp.array([2.0]))), 40.0)(BOX.steps)
    data = Data(readings, readings @ truth, np.full(12, 0.02))
    strength, growth, losses = adjoint_method.calibrated(
        Misfit(BOX, source, data), np.array([1.5]), 30.0, steps=150, rates=(0.03, 0.5)
    )
    assert losses[-1] < 1e-3 * losses[0]
    assert strength[0] == pytest.approx(2.0, rel=0.01)
    assert growth == pytest.approx(40.0, rel=0.05)
