"""Expected information gain by quadrature against closed forms, Monte Carlo and differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design.grid_eig import (
    drawn_outcomes,
    enumerated_outcomes,
    expected_information_gain,
    expected_information_gain_of_outputs,
)
from boed.inference import grid_belief
from boed.inference.noise import log_density

PRIOR = jnp.full((9, 11), -np.log(99.0))


def test_cells_that_predict_the_same_teach_nothing():
    same = jnp.full((9, 11), 0.4)
    assert abs(expected_information_gain(PRIOR, same, jnp.full((9, 11), 0.05), 128)) < 1e-8


def test_cells_far_apart_are_told_apart():
    apart = jnp.arange(99.0).reshape(9, 11)
    assert expected_information_gain(PRIOR, apart, jnp.full((9, 11), 0.05), 8000) == pytest.approx(
        np.log(99), rel=1e-8
    )


def test_a_gaussian_prior_gives_the_linear_gaussian_closed_form():
    theta = np.linspace(-6, 6, 99).reshape(9, 11)
    prior = jnp.asarray(-0.5 * theta**2 - np.log(np.exp(-0.5 * theta**2).sum()))
    gain = expected_information_gain(prior, jnp.asarray(0.7 * theta), jnp.full((9, 11), 0.5), 256)
    assert gain == pytest.approx(0.5 * np.log(1 + 0.7**2 / 0.5**2), rel=1e-6)


@pytest.fixture
def varied(rng):
    prior = grid_belief.update(PRIOR, jnp.asarray(rng.normal(size=(9, 11))))
    predicted = jnp.asarray(rng.uniform(0, 1.5, size=(9, 11)))
    return prior, predicted, 0.05 + 0.05 * predicted


def test_agrees_with_a_large_monte_carlo_estimate(varied, rng):
    prior, predicted, deviation = (np.asarray(a).ravel() for a in varied)
    cells = rng.choice(99, size=20000, p=np.exp(prior))
    y = predicted[cells] + deviation[cells] * rng.normal(size=20000)
    own = log_density(y, predicted[cells], deviation[cells])
    all_cells = np.asarray(log_density(y[:, None], predicted, deviation)) + prior
    gains = np.asarray(own) - np.logaddexp.reduce(all_cells, axis=1)
    computed = expected_information_gain(*varied, 128)
    assert abs(computed - gains.mean()) < 3 * gains.std() / np.sqrt(20000)


def test_is_the_mean_of_the_gains_of_its_outcomes(varied):
    """E_y D_KL, outcome by outcome, on a rule of its own."""
    prior, predicted, deviation = varied
    values = np.linspace(-0.6, 2.6, 400)
    posterior = [grid_belief.update(prior, log_density(y, predicted, deviation)) for y in values]
    gain = np.array([grid_belief.information_gain(p, prior) for p in posterior])
    density = [
        float(jnp.exp(jax.nn.logsumexp(prior + log_density(y, predicted, deviation))))
        for y in values
    ]
    assert expected_information_gain(*varied, 160) == pytest.approx(
        np.trapezoid(gain * density, values), rel=1e-7
    )


def test_gradient_agrees_with_differences(varied):
    prior, predicted, _ = varied
    direction = jnp.cos(jnp.arange(99.0)).reshape(9, 11)

    @jax.jit
    def gain(step):
        moved = predicted + step * direction
        return expected_information_gain(prior, moved, 0.05 + 0.05 * moved, 160)

    difference = (gain(1e-5) - gain(-1e-5)) / 2e-5
    assert jax.grad(gain)(0.0) == pytest.approx(float(difference), rel=1e-5)


# two parameters N(0, 1), correlated, on a grid fine enough for the noise
AXIS = np.linspace(-4.5, 4.5, 37)
GRID = np.stack(np.meshgrid(AXIS, AXIS, indexing="ij"), axis=-1)
CORRELATION = np.array([[1.0, 0.5], [0.5, 1.0]])
MATRIX = np.array([[1.0, 0.4], [-0.5, 0.8], [0.2, 1.1]])
DEVIATIONS = np.array([0.5, 0.8, 1.5])


def linear_gaussian(outputs):
    """(prior, predictions, deviations, gain) of a linear map of the first outputs."""
    exponent = -0.5 * np.einsum("...i,ij,...j->...", GRID, np.linalg.inv(CORRELATION), GRID)
    prior = jnp.asarray(exponent - np.log(np.exp(exponent).sum()))
    matrix, noise = MATRIX[:outputs], DEVIATIONS[:outputs]
    predicted = jnp.asarray(GRID @ matrix.T)
    scaled = matrix / noise[:, None]
    gain = 0.5 * np.linalg.slogdet(np.eye(outputs) + scaled @ CORRELATION @ scaled.T)[1]
    return prior, predicted, jnp.broadcast_to(noise, predicted.shape), gain


@pytest.mark.parametrize("outputs", [1, 2])
def test_several_outputs_give_the_linear_gaussian_closed_form(outputs):
    prior, predicted, deviation, expected = linear_gaussian(outputs)
    outcomes = enumerated_outcomes(prior, outputs, 4)
    gain = jax.jit(expected_information_gain_of_outputs)(prior, predicted, deviation, outcomes)
    assert gain == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("outputs", [2, 3])
def test_drawn_outcomes_give_the_closed_form_within_their_error(outputs, key):
    prior, predicted, deviation, expected = linear_gaussian(outputs)
    estimate, gains = jax.jit(expected_information_gain_of_outputs), []
    for own in jax.random.split(key, 8):
        outcomes = drawn_outcomes(own, prior, outputs, 2000)
        gains.append(estimate(prior, predicted, deviation, outcomes))
    error = np.std(gains, ddof=1) / np.sqrt(8)
    assert error < 0.02
    assert abs(np.mean(gains) - expected) < 4 * error


def test_one_output_is_the_scalar_rule(varied):
    prior, predicted, deviation = varied
    outcomes = enumerated_outcomes(prior, 1, 12)
    gain = expected_information_gain_of_outputs(
        prior, predicted[..., None], deviation[..., None], outcomes
    )
    assert gain == pytest.approx(float(expected_information_gain(*varied, 160)), rel=1e-4)


def test_outputs_that_no_cell_changes_add_nothing(varied):
    prior, predicted, deviation = varied
    beside = [jnp.stack([v, jnp.full_like(v, 0.3)], axis=-1) for v in (predicted, deviation)]
    gains = [
        expected_information_gain_of_outputs(prior, *each, enumerated_outcomes(prior, count, 8))
        for count, each in ((1, (predicted[..., None], deviation[..., None])), (2, beside))
    ]
    assert gains[1] == pytest.approx(float(gains[0]), rel=1e-10)


def test_gradient_of_several_outputs_agrees_with_differences(key):
    prior, predicted, deviation, _ = linear_gaussian(3)
    outcomes = drawn_outcomes(key, prior, 3, 200)

    @jax.jit
    def gain(step):
        moved = predicted + step * jnp.sin(predicted)
        return expected_information_gain_of_outputs(prior, moved, deviation * (1 + step), outcomes)

    difference = (gain(1e-5) - gain(-1e-5)) / 2e-5
    assert jax.grad(gain)(0.0) == pytest.approx(float(difference), rel=1e-5)
