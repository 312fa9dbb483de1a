"""Negative log priors of the weights in closed form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import multivariate_normal

from boed.systems.gaussian_source import GaussianSource
from boed.systems.plume import weight_prior
from boed.systems.plume.sources import Source

MEAN = jnp.array([0.5, -1.0, 2.0])
BLOCK = {
    "weight_precision": 4.0,
    "decay_precision": 0.0,
    "decay_form": "vanishing",
    "decay_radii": [0.5, 2.0],
}


def ramp(weights):
    """A source whose smooth part is w·x: the mean of its squares on a circle of radius
    r is w²r²/2.
    """
    return Source(GaussianSource(2.0, 0.05), smooth=lambda offsets: weights[0] * offsets[..., 0])


def test_the_gaussian_prior_is_minus_its_log_density_up_to_a_constant(rng):
    density = multivariate_normal(np.asarray(MEAN), np.eye(3) / 4)
    penalty = weight_prior.Gaussian(MEAN, 4.0)
    first, second = rng.normal(size=(2, 3))
    difference = penalty(jnp.asarray(first)) - penalty(jnp.asarray(second))
    assert difference == pytest.approx(density.logpdf(second) - density.logpdf(first), rel=1e-10)
    assert penalty(MEAN) == 0.0


def test_a_last_weight_that_is_none_of_the_networks_has_a_prior_of_its_own():
    penalty = weight_prior.penalty(BLOCK, ramp, MEAN, 0.5)
    assert penalty(MEAN + jnp.array([1.0, 0.0, 2.0])) == pytest.approx(0.5 * (4.0 + 0.5 * 4.0))
    assert weight_prior.penalty(BLOCK, ramp, MEAN)(
        MEAN + jnp.array([1.0, 0.0, 2.0])
    ) == pytest.approx(0.5 * 4.0 * 5.0)


def test_the_decay_prior_is_half_the_mean_square_over_the_circles():
    penalty = weight_prior.Decay(ramp, [0.5, 2.0], 3.0)
    expected = 0.5 * 3.0 * 1.7**2 * (0.5**2 / 2 + 2.0**2 / 2) / 2
    assert penalty(jnp.array([1.7])) == pytest.approx(expected, rel=1e-12)
    assert jax.grad(penalty)(jnp.array([1.7]))[0] == pytest.approx(2 * expected / 1.7, rel=1e-12)


def test_the_decay_prior_looks_in_every_direction():
    """The mean square of any harmonic up to the eleventh is one half."""

    def wave(order):
        def smooth(offsets):
            return jnp.cos(order * jnp.arctan2(offsets[..., 1], offsets[..., 0]))

        return lambda weights: Source(GaussianSource(2.0, 0.05), smooth=smooth)

    for order in (1, 2, 3, 5):
        assert weight_prior.Decay(wave(order), [1.0], 2.0)(MEAN) == pytest.approx(0.5, rel=1e-12)


def power(exponent):
    """A source whose smooth part is w·r^n: its outward slope is n·w·r^(n−1) in every direction."""

    def made(weights):
        def smooth(offsets):
            return weights[0] * jnp.sum(offsets**2, axis=-1) ** (exponent / 2)

        return Source(GaussianSource(2.0, 0.05), smooth=smooth)

    return made


@pytest.mark.parametrize("weight", [1.7, -1.7])
def test_a_network_that_grows_outwards_pays_half_its_mean_squared_slope_whatever_its_sign(weight):
    """Slope 3·w·r² at r = 0.5 and 2: mean of squares 9·w²·(0.5⁴ + 2⁴)/2, its derivative in w by
    hand.
    """
    penalty = weight_prior.OutwardGrowth(power(3), [0.5, 2.0], 3.0)
    expected = 0.5 * 3.0 * 9 * 1.7**2 * (0.5**4 + 2.0**4) / 2
    assert penalty(jnp.array([weight])) == pytest.approx(expected, rel=1e-12)
    assert jax.grad(penalty)(jnp.array([weight]))[0] == pytest.approx(
        2 * expected / weight, rel=1e-12
    )


@pytest.mark.parametrize("weight", [1.7, -1.7])
def test_a_network_that_decays_outwards_pays_nothing_whatever_its_sign(weight):
    penalty = weight_prior.OutwardGrowth(power(-2), [0.5, 2.0], 3.0)
    assert penalty(jnp.array([weight])) == 0.0


def test_a_wave_pays_on_the_half_of_its_circle_where_it_grows():
    """1 + a·x grows outwards where x·a > 0: its slope there is a·cos φ, the mean of max(0, cos φ)²
    one quarter.
    """

    def tilted(weights):
        return Source(
            GaussianSource(2.0, 0.05), smooth=lambda offsets: 1.0 + weights[0] * offsets[..., 0]
        )

    penalty = weight_prior.OutwardGrowth(tilted, [0.3], 2.0)
    assert penalty(jnp.array([0.5])) == pytest.approx(0.5 * 2.0 * 0.25 / 4, rel=1e-12)


def test_a_study_names_the_form_of_its_decay_prior():
    weights, block = (
        jnp.array([1.5, -1.0, 2.0]),
        BLOCK | {"weight_precision": 0.0, "decay_precision": 3.0},
    )
    named = {
        form: weight_prior.penalty(block | {"decay_form": form}, power(3), MEAN)(weights)
        for form in weight_prior.FORMS
    }
    assert named["vanishing"] == pytest.approx(
        0.5 * 3.0 * 1.5**2 * (0.5**6 + 2.0**6) / 2, rel=1e-12
    )
    assert named["outward_growth"] == pytest.approx(
        0.5 * 3.0 * 9 * 1.5**2 * (0.5**4 + 2.0**4) / 2, rel=1e-12
    )


def test_a_studys_penalty_is_the_sum_of_the_priors_asked_for():
    weights = MEAN.at[0].set(1.5)
    both = weight_prior.penalty(BLOCK | {"decay_precision": 3.0}, ramp, MEAN)(weights)
    assert both == pytest.approx(0.5 * 4.0 * 1.0 + 0.5 * 3.0 * 1.5**2 * 2.125 / 2, rel=1e-12)


def test_without_a_decay_prior_a_source_needs_no_network():
    penalty = weight_prior.penalty(BLOCK, lambda weights: Source(GaussianSource(2.0, 0.05)), MEAN)
    assert penalty(MEAN + 1.0) == pytest.approx(0.5 * 4.0 * 3.0, rel=1e-12)
