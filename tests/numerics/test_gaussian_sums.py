"""Sums over all pairs and their derivatives against the whole matrix, written out."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boed.numerics.gaussian_sums import Gaussians, gaussian_sums


def whole(points, gaussians):
    """Both sums from the matrix of all log densities."""
    distance = (points[:, None] - gaussians.centres) / gaussians.deviations
    scale = jnp.sum(jnp.log(gaussians.deviations), axis=1)
    log_density = -0.5 * jnp.sum(distance**2, axis=2) - scale
    joint = log_density + gaussians.log_weights
    return jax.nn.logsumexp(joint, axis=1), jnp.sum(
        jax.nn.softmax(joint, axis=1) * log_density, axis=1
    )


def drawn(points, gaussians, outputs, seed=0):
    """Points among Gaussians whose deviations differ thirtyfold."""
    rng = np.random.default_rng(seed)
    deviations = jnp.asarray(np.exp(rng.uniform(-3.0, 0.4, (gaussians, outputs))))
    return jnp.asarray(rng.normal(size=(points, outputs))), Gaussians(
        centres=jnp.asarray(rng.normal(size=(gaussians, outputs))),
        deviations=deviations,
        log_weights=jnp.log(jnp.asarray(rng.dirichlet(np.ones(gaussians)))),
    )


@pytest.mark.slow
@settings(max_examples=10)
@given(
    points=st.integers(1, 23),
    gaussians=st.integers(1, 23),
    outputs=st.integers(1, 10),
    block=st.integers(1, 30),
)
def test_any_numbers_give_the_sums_over_all_pairs(points, gaussians, outputs, block):
    arguments = drawn(points, gaussians, outputs)
    for found, expected in zip(gaussian_sums(*arguments, block), whole(*arguments), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("outputs", "block"), [(1, 7), (1, 100), (2, 7), (9, 5)])
def test_derivatives_are_those_of_the_whole_matrix(outputs, block, rng):
    arguments = drawn(20, 30, outputs)
    slopes = jnp.asarray(rng.normal(size=(2, 20)))

    def number(sums):
        return jnp.sum(slopes * jnp.stack(sums))

    found, expected = (
        jax.grad(lambda *given, way=way: number(way(*given)), argnums=(0, 1))(*arguments)
        for way in (lambda *given: gaussian_sums(*given, block), whole)
    )
    for ours, theirs in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        scale = np.abs(theirs).max()
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12 * scale)


def test_many_at_once_are_each_by_itself():
    several = [drawn(12, 9, 2, seed) for seed in range(3)]
    stacked = jax.tree.map(lambda *parts: jnp.stack(parts), *several)

    def slope(points, gaussians):
        return jax.grad(lambda p: jnp.sum(gaussian_sums(p, gaussians, 5).mean))(points)

    together = jax.vmap(slope)(*stacked)
    for found, arguments in zip(together, several, strict=True):
        np.testing.assert_allclose(found, slope(*arguments), rtol=1e-12)


def test_slopes_of_many_numbers_in_the_weights_are_each_by_itself(rng):
    """Of three at once, which go in pairs, also for several sets of Gaussians."""
    points, gaussians = drawn(12, 9, 2)
    slopes = jnp.asarray(rng.normal(size=(3, 2, 12)))

    def in_weights(gaussians, slope):
        def number(log_weights):
            sums = gaussian_sums(points, gaussians._replace(log_weights=log_weights), 5)
            return jnp.sum(slope * jnp.stack(sums))

        return jax.grad(number)(gaussians.log_weights)

    together = jax.vmap(partial(in_weights, gaussians))(slopes)
    both = jax.tree.map(lambda values: jnp.stack([values, 2 * values]), gaussians)
    several = jax.vmap(lambda own: jax.vmap(partial(in_weights, own))(slopes))(both)
    for index, slope in enumerate(slopes):
        expected = in_weights(gaussians, slope)
        np.testing.assert_allclose(together[index], expected, rtol=1e-12)
        np.testing.assert_allclose(several[0, index], expected, rtol=1e-12)


def test_far_from_every_gaussian_nothing_underflows():
    gaussians = Gaussians(jnp.zeros((3, 1)), jnp.ones((3, 1)), jnp.zeros(3))
    found = gaussian_sums(jnp.array([[1000.0]]), gaussians, 1)
    assert float(found.log_sum[0]) == pytest.approx(-0.5 * 1000**2 + np.log(3), rel=1e-15)
    assert float(found.mean[0]) == pytest.approx(-0.5 * 1000**2, rel=1e-15)


def test_a_gaussian_without_weight_takes_no_part():
    points, gaussians = drawn(6, 9, 1)
    without = gaussians._replace(log_weights=gaussians.log_weights.at[4].set(-jnp.inf))
    left = jax.tree.map(lambda values: jnp.delete(values, 4, axis=0), gaussians)
    for found, expected in zip(
        gaussian_sums(points, without, 4), gaussian_sums(points, left, 4), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_what_is_no_number_gives_none():
    points, gaussians = drawn(6, 9, 1)
    found = gaussian_sums(points.at[2].set(jnp.nan), gaussians, 4)
    np.testing.assert_array_equal(np.isnan(found.log_sum), np.arange(6) == 2)
    spoilt = gaussians._replace(centres=gaussians.centres.at[0].set(jnp.nan))
    assert np.isnan(gaussian_sums(points, spoilt, 4).log_sum).all()
