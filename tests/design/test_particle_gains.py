"""What an experiment is expected to tell about weighted particles, against closed forms and nested
sums in NumPy.
"""

import gaussian_posterior as gaussian
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from boed.design import particle_gains
from boed.inference import gaussian_noise, particle_belief
from boed.inference.particle_belief import ParticleBelief

NOISE = gaussian.NOISE


@pytest.fixture
def belief(key):
    """2000 particles of the prior, drawn three times too wide and weighted back."""
    standard = 1.3 * jax.random.normal(key, (2000, 5))
    wide = particle_belief.equally_weighted(gaussian.PRIOR_MEAN + standard @ gaussian.ROOT.T)
    change = -0.5 * jnp.sum(standard**2, axis=1) * (1 - 1 / 1.3**2)
    return particle_belief.reweighted(wide, change)


def test_expected_gain_of_one_output_is_the_closed_form(belief, key):
    exact = gaussian.expected_gain(gaussian.MATRIX[:1])
    predictions = belief.particles @ gaussian.MATRIX[:1].T
    noise = gaussian_noise.independent(NOISE, outputs=1)
    values = particle_gains.values_needed(predictions[None], NOISE)
    by_rule = particle_gains.expected(particle_gains.tabulated(belief, predictions, noise, values))
    by_chance = particle_gains.expected(particle_gains.sampled(key, belief, predictions, noise))
    assert by_rule == pytest.approx(exact, rel=0.03)
    assert by_chance == pytest.approx(exact, rel=0.03)


def test_expected_gain_of_three_outputs_is_the_closed_form(belief, key):
    matrix = gaussian.MATRIX[:3] / 3
    noise = gaussian_noise.independent(NOISE, outputs=3)
    gains = particle_gains.sampled(key, belief, belief.particles @ matrix.T, noise)
    assert particle_gains.expected(gains) == pytest.approx(gaussian.expected_gain(matrix), rel=0.03)


def test_both_ways_agree_with_nested_sums_where_the_noise_varies(rng, key):
    """Forty particles of uneven weight: their own expected gain, to the last of the quadrature's
    digits, and within four standard errors.
    """
    predicted, weights = rng.normal(size=40), rng.dirichlet(np.ones(40))
    deviation = 0.2 + 0.1 * np.abs(predicted)
    belief = ParticleBelief(jnp.asarray(predicted)[:, None], jnp.log(jnp.asarray(weights)))
    noise = gaussian_noise.varying(lambda prediction: 0.2 + 0.1 * jnp.abs(prediction))
    values = particle_gains.values_needed(belief.particles[None], 0.2)
    by_rule = particle_gains.expected(
        particle_gains.tabulated(belief, belief.particles, noise, values)
    )
    data = np.linspace(-6, 6, 4001)
    log_likelihood = norm.logpdf(data[:, None], predicted, deviation)
    log_evidence = logsumexp(log_likelihood, b=weights, axis=1)
    gain = np.exp(log_likelihood) * weights * (log_likelihood - log_evidence[:, None])
    exact = np.trapezoid(gain.sum(axis=1), data)
    assert by_rule == pytest.approx(exact, rel=1e-7)
    estimates = [
        float(particle_gains.expected(particle_gains.sampled(own, belief, belief.particles, noise)))
        for own in jax.random.split(key, 32)
    ]
    error = np.std(estimates, ddof=1) / np.sqrt(32)
    assert error < 0.03 * exact
    assert abs(np.mean(estimates) - exact) < 4 * error


def test_gradient_in_a_design_agrees_with_differences(belief, key):
    few = particle_belief.equally_weighted(particle_belief.resampled(key, belief, 50))
    noise = gaussian_noise.independent(NOISE, outputs=1)

    @jax.jit
    def gain(design):
        predictions = jnp.sin(design * few.particles[:, :1])
        return particle_gains.expected(particle_gains.sampled(key, few, predictions, noise))

    difference = (gain(0.5 + 1e-5) - gain(0.5 - 1e-5)) / 2e-5
    assert jax.grad(gain)(0.5) == pytest.approx(float(difference), rel=1e-5)
