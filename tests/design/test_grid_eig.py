"""Expected information gain by quadrature against closed forms, Monte Carlo and differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import grid_eig
from boed.design.grid_eig import (
    drawn_outcomes,
    enumerated_outcomes,
    expected_information_gain,
    expected_information_gain_of_outputs,
    outcomes_of,
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
    """Evenly spread ones: as many independent ones would have an error of about 0.03."""
    prior, predicted, deviation, expected = linear_gaussian(outputs)
    estimate, gains = jax.jit(expected_information_gain_of_outputs), []
    for own in jax.random.split(key, 8):
        outcomes = drawn_outcomes(own, prior, outputs, 1024)
        gains.append(estimate(prior, predicted, deviation, outcomes))
    error = np.std(gains, ddof=1)
    assert error < 0.015
    assert abs(np.mean(gains) - expected) < 4 * error / np.sqrt(8)


def test_drawn_outcomes_are_spread_as_the_belief_and_the_noise_are(key):
    """Of 1,024 evenly spread ones every cell has its share but for a few."""
    share = np.array([[0.5, 0.0, 0.1], [0.0, 0.25, 0.15]])
    with np.errstate(divide="ignore"):
        prior = jnp.asarray(np.log(share))
    outcomes = drawn_outcomes(key, prior, 2, 1024)
    counts = np.bincount(outcomes.cell, minlength=6)
    np.testing.assert_allclose(counts, 1024 * share.ravel(), atol=4)
    assert np.all(counts[share.ravel() == 0] == 0)
    noise = np.asarray(outcomes.noise)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(np.cov(noise.T), np.eye(2), atol=0.04)
    other = drawn_outcomes(jax.random.key(8), prior, 2, 1024)
    assert np.all(np.asarray(other.noise) != noise)


def test_outcomes_are_enumerated_where_so_many_are_enough(key):
    """Of 99 cells and two outputs: 25 nodes a cell fit into 3,000; 16 do not into 1,500."""
    few, many = (outcomes_of(key, PRIOR, 2, most) for most in (1500, 3000))
    assert (few.cell.size, many.cell.size) == (1024, 99 * 25)
    np.testing.assert_allclose([few.weight.sum(), many.weight.sum()], 1.0)
    again = outcomes_of(jax.random.key(8), PRIOR, 2, 3000)
    np.testing.assert_array_equal(again.noise, many.noise)


@pytest.mark.parametrize("held", [1, 700, 5000])
def test_blocks_of_outcomes_add_up(key, held, monkeypatch):
    """One outcome after the other, and blocks of 4 with one that is smaller, as all at once."""
    prior, predicted, deviation, _ = linear_gaussian(2)
    few = prior[::4, ::4], predicted[::4, ::4], deviation[::4, ::4]
    outcomes = drawn_outcomes(key, few[0], 2, 64)
    whole = expected_information_gain_of_outputs(*few, outcomes)
    monkeypatch.setattr(grid_eig, "HELD", held)
    cut = jax.tree.map(lambda leaf: leaf[:61], outcomes)
    rest = jax.tree.map(lambda leaf: leaf[61:], outcomes)
    parts = [expected_information_gain_of_outputs(*few, one) for one in (outcomes, cut, rest)]
    assert parts[0] == pytest.approx(float(whole), rel=1e-12)
    assert parts[1] + parts[2] == pytest.approx(float(whole), rel=1e-12)


def test_the_gradients_memory_does_not_grow_with_the_outcomes(key):
    """Beyond that of the outcomes themselves; all at once it would be 20 MB, then 160."""
    prior, predicted, deviation, _ = linear_gaussian(2)

    def gain(step, outcomes):
        moved = predicted + step * jnp.sin(predicted)
        return expected_information_gain_of_outputs(prior, moved, deviation, outcomes)

    sizes = []
    for count in (1024, 8192):
        outcomes = drawn_outcomes(key, prior, 2, count)
        compiled = jax.jit(jax.grad(gain)).lower(0.0, outcomes).compile()
        sizes.append(compiled.memory_analysis().temp_size_in_bytes)
    assert max(sizes) < 4e6


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
    outcomes = drawn_outcomes(key, prior, 3, 256)

    @jax.jit
    def gain(step):
        moved = predicted + step * jnp.sin(predicted)
        return expected_information_gain_of_outputs(prior, moved, deviation * (1 + step), outcomes)

    difference = (gain(1e-5) - gain(-1e-5)) / 2e-5
    assert jax.grad(gain)(0.0) == pytest.approx(float(difference), rel=1e-5)
