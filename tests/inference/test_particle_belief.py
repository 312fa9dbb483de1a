"""What is read off weighted particles, against NumPy, SciPy and closed forms of Gaussians."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from boed.inference import particle_belief
from boed.inference.particle_belief import ParticleBelief


@pytest.fixture
def weighted(rng):
    """Thirty particles of three parameters, their weights uneven."""
    weights = rng.dirichlet(np.full(30, 0.5))
    return ParticleBelief(jnp.asarray(rng.normal(size=(30, 3))), jnp.log(jnp.asarray(weights)))


def test_moments_are_numpys(weighted):
    particles, weights = np.asarray(weighted.particles), np.exp(weighted.log_weights)
    expected = np.cov(particles, rowvar=False, aweights=weights, ddof=0)
    np.testing.assert_allclose(
        particle_belief.mean(weighted), np.average(particles, axis=0, weights=weights), atol=1e-12
    )
    np.testing.assert_allclose(particle_belief.covariance(weighted), expected, atol=1e-12)
    assert particle_belief.spread(weighted) == pytest.approx(np.linalg.det(expected) ** (1 / 6))


def test_spread_is_a_length_and_zero_where_a_parameter_is_known(weighted):
    """Of two parameters it is (λ₁λ₂)^¼, as that of a belief on a grid."""
    flat = weighted._replace(particles=weighted.particles.at[:, 1].set(0.7))
    assert particle_belief.spread(flat) < 1e-4
    longer = weighted._replace(particles=3 * weighted.particles)
    assert particle_belief.spread(longer) == pytest.approx(3 * particle_belief.spread(weighted))
    plane = weighted._replace(particles=weighted.particles[:, :2])
    eigenvalues = np.linalg.eigvalsh(particle_belief.covariance(plane))
    assert particle_belief.spread(plane) == pytest.approx(np.prod(eigenvalues) ** 0.25)


def test_effective_samples_count_what_the_weights_are_worth():
    halves = ParticleBelief(jnp.zeros((8, 1)), jnp.log(jnp.array([0.5, 0.5] + [0.0] * 6)))
    assert particle_belief.effective_samples(halves) == pytest.approx(2.0)
    equal = particle_belief.equally_weighted(jnp.zeros((8, 1)))
    assert particle_belief.effective_samples(equal) == pytest.approx(8.0)


def test_reweighting_is_bayes_theorem(weighted, rng):
    likelihood = rng.uniform(size=30)
    posterior = particle_belief.reweighted(weighted, jnp.log(jnp.asarray(likelihood)))
    joint = np.exp(weighted.log_weights) * likelihood
    np.testing.assert_allclose(np.exp(posterior.log_weights), joint / joint.sum(), rtol=1e-12)


def test_resampling_takes_each_particle_as_often_as_its_weight_says(weighted, key):
    taken = np.asarray(particle_belief.resampled(key, weighted, 200))
    counts = np.array([np.sum(np.all(taken == own, axis=1)) for own in weighted.particles])
    assert counts.sum() == 200
    assert np.all(np.abs(counts - 200 * np.exp(weighted.log_weights)) < 1)


def test_quantiles_of_equal_particles_are_numpys(rng):
    particles = rng.normal(size=(37, 2))
    belief = particle_belief.equally_weighted(jnp.asarray(particles))
    levels = np.array([0.03, 0.25, 0.5, 0.9])
    np.testing.assert_allclose(
        particle_belief.quantiles(belief, jnp.asarray(levels)),
        np.quantile(particles, levels, axis=0, method="hazen"),
        atol=1e-12,
    )


def test_intervals_of_weighted_particles_are_the_gaussians():
    """Two parameters on an even grid, weighted as N(1, 0.5²) and its mirror image."""
    axis = jnp.linspace(-4.0, 6.0, 4001)
    belief = particle_belief.reweighted(
        particle_belief.equally_weighted(jnp.stack([axis, -axis], axis=1)),
        jax.scipy.stats.norm.logpdf(axis, 1.0, 0.5),
    )
    low, high = norm.ppf([0.05, 0.95], 1.0, 0.5)
    np.testing.assert_allclose(
        particle_belief.credible_interval(belief, 0.9), [[low, -high], [high, -low]], atol=1e-5
    )


@pytest.mark.parametrize("distance", [0.5, 1.0, 2.0])
def test_credible_level_of_a_gaussian_is_that_of_its_distance(distance):
    """1 − exp(−r²/2) of two parameters, each N(0, 1), on a grid of weighted particles."""
    axis = jnp.linspace(-6.0, 6.0, 301)
    particles = jnp.stack(jnp.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    log_density = -0.5 * jnp.sum(particles**2, axis=1)
    belief = particle_belief.reweighted(particle_belief.equally_weighted(particles), log_density)
    level = particle_belief.credible_level(belief, log_density, jnp.asarray(-0.5 * distance**2))
    assert level == pytest.approx(1 - np.exp(-0.5 * distance**2), abs=0.003)


def test_gain_of_reweighted_particles_is_the_divergence_of_their_weights(weighted, rng):
    """Σ ŵ log(ŵ/w), a particle without weight among them."""
    log_likelihood = jnp.asarray(rng.normal(size=30)).at[4].set(-jnp.inf)
    posterior = particle_belief.reweighted(weighted, log_likelihood)
    evidence = jax.nn.logsumexp(weighted.log_weights + log_likelihood)
    after, before = np.exp(posterior.log_weights), np.exp(weighted.log_weights)
    kept = after > 0
    divergence = np.sum(after[kept] * np.log(after[kept] / before[kept]))
    gain = particle_belief.information_gain(posterior, log_likelihood, evidence)
    assert gain == pytest.approx(divergence, rel=1e-12)
