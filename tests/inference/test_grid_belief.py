"""Beliefs on a grid against closed forms of Gaussians and against direct sums."""

import logging

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.interpolate import make_interp_spline
from scipy.stats import chi2

from boed.inference import grid_belief
from boed.inference.grid_belief import Cells
from boed.inference.map_estimate import most_probable, spline_matrix
from boed.inference.noise import log_density

CELLS = Cells.square(0.0, 1.0, 51)
likelihoods = arrays(np.float64, (6, 7), elements=st.floats(-1e4, 50))


def gaussian(centre, covariance, cells=CELLS):
    offsets = np.stack(np.meshgrid(*cells, indexing="ij"), axis=-1) - np.asarray(centre)
    exponent = -0.5 * np.einsum("...i,ij,...j->...", offsets, np.linalg.inv(covariance), offsets)
    return grid_belief.update(jnp.asarray(grid_belief.uniform(cells)), jnp.asarray(exponent))


@given(likelihoods, likelihoods)
def test_update_is_bayes_theorem_and_order_does_not_matter(first, second):
    prior = jnp.full((6, 7), -np.log(42.0))
    joint = grid_belief.update(grid_belief.update(prior, jnp.asarray(first)), jnp.asarray(second))
    swapped = grid_belief.update(grid_belief.update(prior, jnp.asarray(second)), jnp.asarray(first))
    assert jnp.sum(jnp.exp(joint)) == pytest.approx(1.0, abs=1e-9)
    np.testing.assert_allclose(joint, swapped, atol=1e-7)


@given(likelihoods)
def test_information_gain_is_never_negative_and_zero_for_no_data(values):
    prior = jnp.full((6, 7), -np.log(42.0))
    posterior = grid_belief.update(prior, jnp.asarray(values))
    assert grid_belief.information_gain(posterior, prior) >= -1e-9
    assert grid_belief.information_gain(prior, prior) == 0.0


def test_gain_of_knowing_the_cell_is_the_prior_entropy():
    prior = jnp.asarray(grid_belief.uniform(CELLS))
    certain = grid_belief.update(prior, jnp.full((51, 51), -1e5).at[20, 30].set(0.0))
    assert grid_belief.information_gain(certain, prior) == pytest.approx(np.log(51**2))


def test_gain_has_a_finite_gradient_where_cells_are_ruled_out():
    prior = jnp.asarray(grid_belief.uniform(CELLS))
    ruled_out = jnp.zeros((51, 51)).at[0].set(-1e6)

    def gain(scale):
        return grid_belief.information_gain(grid_belief.update(prior, scale * ruled_out), prior)

    assert jnp.isfinite(jax.grad(gain)(1.0))


def test_moments_are_those_of_the_gaussian():
    covariance = np.array([[0.006, 0.002], [0.002, 0.004]])
    own = gaussian([0.48, 0.53], covariance)
    np.testing.assert_allclose(grid_belief.mean(own, CELLS), [0.48, 0.53], atol=1e-6)
    np.testing.assert_allclose(grid_belief.covariance(own, CELLS), covariance, atol=1e-6)
    assert grid_belief.spread(own, CELLS) == pytest.approx(
        np.linalg.det(covariance) ** 0.25, rel=1e-4
    )


def test_information_gain_is_that_of_the_gaussian():
    """Against a uniform prior: the prior entropy minus the Gaussian's, less the entropy of one
    cell.
    """
    covariance = np.diag([0.004, 0.006])
    gain = grid_belief.information_gain(
        gaussian([0.5, 0.5], covariance), jnp.asarray(grid_belief.uniform(CELLS))
    )
    entropy = 0.5 * np.log(np.linalg.det(2 * np.pi * np.e * covariance))
    assert gain == pytest.approx(np.log(51**2 * 0.02**2) - entropy, abs=1e-3)


@pytest.mark.parametrize("deviation", [0.008, 0.02, 0.1])
@pytest.mark.parametrize("centre", [(0.313, 0.477), (0.009, 0.995), (0.25, 0.25)])
def test_most_probable_position_is_found_between_the_cells(centre, deviation):
    found = most_probable(gaussian(centre, np.eye(2) * deviation**2), CELLS, 5, 50)
    np.testing.assert_allclose(found, centre, atol=0.5 * 4 * 0.02 / 49 + 1e-9)


@pytest.mark.parametrize("distance", [0.5, 1.0, 2.0, 3.0])
def test_credible_level_of_a_gaussian_is_that_of_its_mahalanobis_distance(distance):
    """1 − exp(−r²/2), up to the cells that the ellipse cuts."""
    covariance, centre = np.array([[0.006, 0.002], [0.002, 0.004]]), np.array([0.48, 0.53])
    cells = Cells.square(0.0, 1.0, 201)
    own = gaussian(centre, covariance, cells)
    for angle in (0.3, 2.0, 4.5):
        direction = np.linalg.cholesky(covariance) @ [np.cos(angle), np.sin(angle)]
        level = grid_belief.credible_level(own, cells, jnp.asarray(centre + distance * direction))
        assert level == pytest.approx(1 - np.exp(-(distance**2) / 2), abs=0.01)


def test_credible_level_is_one_where_nothing_is_believed_and_zero_at_the_top():
    own = gaussian([0.5, 0.5], np.diag([0.001, 0.001]))
    assert grid_belief.credible_level(own, CELLS, jnp.array([0.5, 0.5])) == 0.0
    assert grid_belief.credible_level(own, CELLS, jnp.array([0.02, 0.98])) == pytest.approx(
        1.0, abs=1e-12
    )


def test_a_uniform_belief_tells_no_position_from_another():
    uniform = jnp.asarray(grid_belief.uniform(Cells.square(0.0, 1.0, 8)))
    assert (
        grid_belief.credible_level(uniform, Cells.square(0.0, 1.0, 8), jnp.array([0.25, 0.625]))
        == 0.0
    )


def test_a_position_between_two_cells_is_interpolated():
    """Cells of 0.5, 0.3 and 0.2 along x: halfway between the first two the density is 0.4."""
    cells = Cells({"x": np.array([0.0, 1.0, 2.0]), "y": np.array([0.0, 1.0])})
    own = jnp.log(jnp.array([[0.25, 0.25], [0.15, 0.15], [0.1, 0.1]]))
    assert grid_belief.credible_level(own, cells, jnp.array([0.5, 0.3])) == pytest.approx(0.5)
    assert grid_belief.credible_level(own, cells, jnp.array([1.5, 0.3])) == pytest.approx(0.8)


@pytest.mark.parametrize("count", [4, 5, 6, 9])
def test_spline_is_scipys(count, rng):
    places, values = rng.uniform(0, count - 1, size=40), rng.normal(size=count)
    expected = make_interp_spline(np.arange(count), values, k=3)(places)
    np.testing.assert_allclose(spline_matrix(count, places) @ values, expected, atol=1e-11)


LINE = Cells.spanning({"rate": (0.0, 4.0, 81)})
BOX = Cells.spanning({"a": (0.0, 1.0, 25), "b": (-10.0, 10.0, 31), "c": (0.0, 1e-3, 21)})
# a grid, a centre on it and a covariance
GAUSSIANS = {
    "one parameter": (LINE, np.array([1.73]), np.array([[0.09]])),
    "three parameters": (
        BOX,
        np.array([0.52, -0.7, 4.7e-4]),
        np.diag([0.1, 2.0, 1e-4])
        @ np.array([[1.0, 0.4, -0.2], [0.4, 1.0, 0.3], [-0.2, 0.3, 1.0]])
        @ np.diag([0.1, 2.0, 1e-4]),
    ),
}


@pytest.mark.parametrize("case", GAUSSIANS)
def test_moments_are_those_of_the_gaussian_in_any_dimension(case):
    cells, centre, covariance = GAUSSIANS[case]
    own, scale = gaussian(centre, covariance, cells), np.sqrt(np.diag(covariance))
    np.testing.assert_allclose((grid_belief.mean(own, cells) - centre) / scale, 0, atol=1e-3)
    np.testing.assert_allclose(
        grid_belief.covariance(own, cells) / np.outer(scale, scale),
        covariance / np.outer(scale, scale),
        atol=2e-3,
    )
    assert grid_belief.spread(own, cells) == pytest.approx(
        np.linalg.det(covariance) ** (0.5 / len(cells)), rel=2e-3
    )


@pytest.mark.parametrize("case", GAUSSIANS)
def test_information_gain_is_that_of_the_gaussian_in_any_dimension(case):
    cells, centre, covariance = GAUSSIANS[case]
    gain = grid_belief.information_gain(
        gaussian(centre, covariance, cells), jnp.asarray(grid_belief.uniform(cells))
    )
    entropy = 0.5 * np.log(np.linalg.det(2 * np.pi * np.e * covariance))
    volume = np.prod(cells.shape) * np.prod(cells.sides)
    assert gain == pytest.approx(np.log(volume) - entropy, abs=3e-3)


@pytest.mark.parametrize("case", GAUSSIANS)
@pytest.mark.parametrize("distance", [0.5, 1.0, 2.0])
def test_credible_level_is_that_of_the_distance_in_any_dimension(case, distance):
    """χ² of as many degrees of freedom, up to the cells that the region cuts."""
    cells, centre, covariance = GAUSSIANS[case]
    own, direction = gaussian(centre, covariance, cells), np.ones(len(cells)) / len(cells) ** 0.5
    position = centre + distance * np.linalg.cholesky(covariance) @ direction
    level = grid_belief.credible_level(own, cells, jnp.asarray(position))
    assert level == pytest.approx(chi2(len(cells)).cdf(distance**2), abs=0.04)


@pytest.mark.parametrize("case", GAUSSIANS)
@pytest.mark.parametrize("narrow", [1.0, 0.2])
def test_most_probable_parameters_are_found_between_the_cells_in_any_dimension(case, narrow):
    cells, centre, covariance = GAUSSIANS[case]
    found = most_probable(gaussian(centre, narrow**2 * covariance, cells), cells, 5, 50)
    np.testing.assert_allclose(
        (found - centre) / np.array(cells.sides), 0, atol=0.5 * 4 / 49 + 1e-6
    )


def test_a_window_wider_than_the_grid_is_named():
    cells = Cells.spanning({"a": (0.0, 1.0, 9), "b": (0.0, 1.0, 4)})
    with pytest.raises(ValueError, match="by 5 cells along each axis, and the grid has 9 x 4"):
        most_probable(jnp.zeros((9, 4)), cells, 5, 50)


def test_the_points_of_a_grid_run_as_its_beliefs_do():
    cells = Cells.spanning({"a": (0.0, 1.0, 2), "b": (0.0, 2.0, 3), "c": (5.0, 8.0, 4)})
    assert cells.points().shape == (2, 3, 4, 3)
    np.testing.assert_array_equal(cells.points()[1, 2, 3], [1.0, 2.0, 8.0])
    np.testing.assert_array_equal(cells.points()[0, 1, 2], [0.0, 1.0, 7.0])
    assert (cells.names, cells.shape, cells.sides) == (("a", "b", "c"), (2, 3, 4), (1.0, 1.0, 1.0))


def test_more_than_three_axes_or_a_single_cell_are_refused():
    with pytest.raises(ValueError, match="one to 3 axes, got 4 .a, b, c, d.: hold"):
        Cells.spanning(dict.fromkeys("abcd", (0.0, 1.0, 2)))
    with pytest.raises(ValueError, match="at least 2 cells along b, got 1"):
        Cells.spanning({"a": (0.0, 1.0, 2), "b": (0.0, 1.0, 1)})


def test_data_that_are_not_in_use_may_be_nan(rng):
    values, used = rng.normal(size=(3, 6, 7)), jnp.array([1.0, 0.0, 2.0])
    spoilt = jnp.asarray(values).at[1].set(jnp.nan)
    np.testing.assert_allclose(
        grid_belief.in_use(spoilt, used), values[0] + 2 * values[2], rtol=1e-12
    )

    slopes = jax.grad(lambda values: jnp.sum(grid_belief.in_use(values, used) ** 2))(spoilt)
    summed = 2 * (values[0] + 2 * values[2])
    np.testing.assert_allclose(slopes, [summed, 0 * summed, 2 * summed], rtol=1e-12)


def test_effective_cells_of_a_gaussian_and_of_equally_probable_ones():
    """4πσ² cells of a wide Gaussian on a plane."""
    own = gaussian([0.5, 0.5], np.eye(2) * 0.05**2)
    assert grid_belief.effective_cells(own) == pytest.approx(4 * np.pi * 2.5**2, rel=1e-6)
    four = jnp.full((5, 7), -jnp.inf).at[2, 1:5].set(0.0)
    assert grid_belief.effective_cells(four) == pytest.approx(4.0)


def test_a_grid_coarser_than_the_data_is_warned_of(caplog):
    """Noise of 1e-12: all probability is in the one cell that fits best, far from the truth."""
    x, y = np.meshgrid(*CELLS, indexing="ij")
    prior, truth = jnp.asarray(grid_belief.uniform(CELLS)), np.array([0.311, 0.477])
    # no two cells fit equally well
    slope = np.pi / 10
    beliefs = [
        grid_belief.update(
            prior, log_density(truth @ [1.0, slope], jnp.asarray(x + slope * y), noise)
        )
        for noise in (0.1, 1e-12)
    ]
    with caplog.at_level(logging.WARNING, "boed"):
        grid_belief.warn_where_coarse(beliefs[0], CELLS.names)
        assert not caplog.messages
        grid_belief.warn_where_coarse(jnp.stack(beliefs), CELLS.names)
    assert grid_belief.spread(beliefs[1], CELLS) < 0.01
    assert np.linalg.norm(grid_belief.mean(beliefs[1], CELLS) - truth) > 0.02
    assert caplog.messages == [
        "1 of 2 beliefs rest on fewer than 3 of 2601 cells (the narrowest on 1.00): the grid is "
        "coarser than what the data tell; take more cells, or a smaller range of x and y"
    ]
