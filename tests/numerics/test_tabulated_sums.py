"""Sums from a table against those over all pairs, for Gaussians of equal and of very different
widths.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.numerics.gaussian_sums import Gaussians, Sums, gaussian_sums
from boed.numerics.tabulated_sums import NODES, TRANSFORM, panels_needed, tabulated_sums

BLOCK = 500
# deviations of Gaussians at these centres
WIDTHS = {
    "equal": lambda centres: np.full(len(centres), 0.3),
    "growing": lambda centres: 0.05 + 0.5 * np.abs(centres),
    "as wide as far": lambda centres: 0.1 + np.abs(centres),
    "up and down": lambda centres: 0.2 * np.exp(np.sin(5 * centres)),
    "two kinds": lambda centres: np.where(centres > 0, 0.05, 0.5),
}


def drawn(name, count=400):
    """Points of Gaussians with unequal weights, and the panels that they need."""
    rng = np.random.default_rng(4)
    centres = rng.normal(size=count)
    deviations = WIDTHS[name](centres)
    points = centres + deviations * rng.normal(size=count)
    weights = jnp.log(jnp.asarray(rng.dirichlet(np.full(count, 3.0))))
    columns = (jnp.asarray(values)[:, None] for values in (centres, deviations))
    panels = panels_needed(centres, deviations, 1000)
    return jnp.asarray(points)[:, None], Gaussians(*columns, weights), panels


@pytest.mark.parametrize("name", WIDTHS)
def test_the_table_gives_the_sums_over_all_pairs(name):
    points, gaussians, panels = drawn(name)
    found = tabulated_sums(points, gaussians, panels, BLOCK)
    for ours, pairs in zip(found, gaussian_sums(points, gaussians, BLOCK), strict=True):
        np.testing.assert_allclose(ours, pairs, rtol=0, atol=2e-11)


@pytest.mark.parametrize("name", ["growing", "up and down"])
def test_derivatives_are_those_of_all_pairs(name, rng):
    points, gaussians, panels = drawn(name)
    slopes = jnp.asarray(rng.normal(size=(2, len(points))))

    def number(way, *arguments):
        return jnp.sum(slopes * jnp.stack(way(*arguments)))

    ours, pairs = (
        jax.grad(lambda *given, way=way: number(way, *given), argnums=(0, 1))(points, gaussians)
        for way in (
            lambda *given: tabulated_sums(*given, panels, BLOCK),
            lambda *given: gaussian_sums(*given, BLOCK),
        )
    )
    for found, expected in zip(jax.tree.leaves(ours), jax.tree.leaves(pairs), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("panels", [1, 5])
def test_too_few_panels_leave_it_to_all_pairs(panels):
    points, gaussians, _ = drawn("growing")
    found = tabulated_sums(points, gaussians, panels, BLOCK)
    for ours, pairs in zip(found, gaussian_sums(points, gaussians, BLOCK), strict=True):
        np.testing.assert_array_equal(ours, pairs)


def test_a_table_is_used_where_it_is_enough():
    """It does not give the last digits of all pairs."""
    points, gaussians, panels = drawn("growing")
    found = tabulated_sums(points, gaussians, panels, BLOCK)
    assert np.any(found.log_sum != gaussian_sums(points, gaussians, BLOCK).log_sum)


def test_many_sets_at_once_are_each_by_itself():
    points, gaussians, panels = drawn("growing")
    both = jnp.stack([points, 1.5 * points])
    together = jax.vmap(lambda own: tabulated_sums(own, gaussians, panels, BLOCK))(both)
    slopes = jax.vmap(
        jax.grad(lambda own: jnp.sum(tabulated_sums(own, gaussians, panels, BLOCK).mean))
    )(both)
    assert np.isfinite(slopes).all()
    for index, own in enumerate(both):
        alone = Sums(*(part[index] for part in together))
        for found, expected in zip(alone, gaussian_sums(own, gaussians, BLOCK), strict=True):
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


def test_what_is_no_number_gives_none():
    points, gaussians, panels = drawn("growing")
    found = tabulated_sums(points.at[3].set(jnp.nan), gaussians, panels, BLOCK)
    assert np.isnan(found.log_sum[3])


def test_panels_of_equal_gaussians_by_hand():
    """Of deviation 0.1 around 0 and 1: from −0.6 to 1.6, 0.08 each; with 99 between them, 15 or so
    for each and a long one.
    """
    deviations = np.full(2, 0.1)
    assert panels_needed(np.array([0.0, 1.0]), deviations, 100) == 28
    assert panels_needed(np.array([0.0, 1.0]), deviations, 10) == 11
    assert 31 <= panels_needed(np.array([0.0, 100.0]), deviations, 100) <= 33


def test_transform_gives_the_coefficients_of_a_polynomial(rng):
    coefficients = rng.normal(size=NODES)
    nodes = -np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    values = np.polynomial.chebyshev.chebval(nodes, coefficients)
    np.testing.assert_allclose(values @ TRANSFORM, coefficients, atol=1e-13)
