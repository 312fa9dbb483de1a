"""Expected information gain by quadrature against closed forms, Monte Carlo and differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design.grid_eig import expected_information_gain
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
