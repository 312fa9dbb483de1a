"""Tempered sequential Monte Carlo against closed forms, quadrature and SciPy.

Random results are compared over REPLICATES keys at once: their average may lie four of its own
standard errors from what is exact. These errors are measured, and bounded by those of independent
samples, so that a wrong answer cannot hide behind them.
"""

from functools import partial

import gaussian_posterior as gaussian
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.scipy.stats import norm
from scipy.stats import truncnorm

from boed.inference import particle_belief, particle_update
from boed.inference.particle_update import Tempering, check, update
from boed.keys import replicate_keys

REPLICATES, PARTICLES = 16, 1000
INVERSE = jnp.asarray(np.linalg.inv(gaussian.PRIOR_COVARIANCE))
ERRORS = 4


def agrees(values, exact):
    """Whether the average over replicates (first axis) is within four standard errors."""
    values = np.asarray(values)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return bool(np.all(np.abs(values.mean(axis=0) - exact) <= ERRORS * error))


def log_prior(parameters):
    offset = parameters - gaussian.PRIOR_MEAN
    return -0.5 * offset @ INVERSE @ offset


def log_likelihood(parameters, used):
    """Of the data that are marked, of eight."""
    predicted = jnp.asarray(gaussian.MATRIX) @ parameters
    return jnp.sum(jnp.where(used, norm.logpdf(gaussian.OBSERVED, predicted, gaussian.NOISE), 0.0))


@jax.jit
@jax.vmap
def prior_beliefs(key):
    standard = jax.random.normal(key, (PARTICLES, 5))
    return particle_belief.equally_weighted(gaussian.PRIOR_MEAN + standard @ gaussian.ROOT.T)


@jax.jit
@jax.vmap
def updated(key, belief, seen, new):
    """One compiled function, whatever data have been seen and are new: both (replicates, 8)."""

    def log_density(parameters):
        return log_prior(parameters) + log_likelihood(parameters, seen)

    return update(key, belief, log_density, lambda own: log_likelihood(own, new))


@jax.jit
@jax.vmap
def read(belief, evidence):
    """Mean, covariance, and gain over the prior from all data."""
    everything = jax.vmap(lambda own: log_likelihood(own, jnp.ones(8, bool)))(belief.particles)
    gain = particle_belief.information_gain(belief, everything, evidence)
    return particle_belief.mean(belief), particle_belief.covariance(belief), gain


@pytest.fixture(scope="module")
def starts():
    return prior_beliefs(replicate_keys(jax.random.key(1), REPLICATES))


@pytest.fixture(scope="module")
def at_once(starts):
    """Posteriors from all eight data."""
    none, every = np.zeros((REPLICATES, 8), bool), np.ones((REPLICATES, 8), bool)
    return updated(replicate_keys(jax.random.key(2), REPLICATES), starts, none, every)


@pytest.fixture(scope="module")
def one_by_one(starts):
    """Posteriors from one datum after the other, and the sum of the evidences."""
    belief, evidence, stages = starts, 0.0, np.arange(8)
    for stage in stages:
        seen, new = (
            np.tile(marked, (REPLICATES, 1)) for marked in (stages < stage, stages == stage)
        )
        keys = replicate_keys(jax.random.key(10 + stage), REPLICATES)
        belief, info = updated(keys, belief, seen, new)
        check(info)
        evidence = evidence + info.log_evidence
    return belief, evidence


@pytest.fixture(scope="module", params=["all at once", "one by one"])
def posterior(request, at_once, one_by_one):
    """(mean, covariance, gain) of every replicate, and its log-evidence."""
    if request.param == "one by one":
        belief, evidence = one_by_one
    else:
        belief, info = at_once
        evidence = info.log_evidence
    return *read(belief, evidence), evidence


def test_moments_of_five_parameters_are_the_closed_form(posterior):
    mean, covariance, _, _ = posterior
    exact = gaussian.exact()
    assert agrees(mean, exact.mean)
    assert agrees(covariance, exact.covariance)


def test_a_particle_is_worth_a_fair_part_of_an_independent_sample(posterior):
    """The mean's error over replicates, and the variance's, at most 1.6 times that of 1000
    independent samples: the walks have mixed, and the comparison above sees errors of a few per
    cent.
    """
    mean, covariance, _, _ = posterior
    variance = np.diag(gaussian.exact().covariance)
    independent = np.sqrt(variance / PARTICLES), variance * np.sqrt(2 / PARTICLES)
    diagonal = np.diagonal(covariance, axis1=1, axis2=2)
    for values, error in zip((np.asarray(mean), diagonal), independent, strict=True):
        assert np.mean(values.std(axis=0, ddof=1) / error) < 1.6


@pytest.mark.parametrize("noise", [0.9, 1.1])
def test_the_comparison_sees_a_noise_that_is_a_tenth_off(posterior, noise):
    mean, covariance, _, evidence = posterior
    wrong = gaussian.exact(noise=noise * gaussian.NOISE)
    assert not agrees(mean, wrong.mean)
    assert not agrees(covariance, wrong.covariance)
    assert not agrees(evidence, wrong.log_evidence)


def test_evidence_and_gain_are_the_closed_form(posterior):
    _, _, gain, evidence = posterior
    exact = gaussian.exact()
    assert agrees(evidence, exact.log_evidence)
    assert np.std(evidence, ddof=1) < 0.25
    assert agrees(gain, exact.gain)
    assert np.mean(gain) == pytest.approx(exact.gain, rel=0.03)


def test_what_happened_is_told(at_once):
    _, info = at_once
    check(info)
    assert np.all(np.asarray(info.temperature) == 1.0)
    assert np.all((info.steps > 2) & (info.steps < 15))
    assert np.all(info.effective_samples > 0.45 * PARTICLES)
    assert np.all((info.acceptance > 0.1) & (info.acceptance < 0.6))
    assert np.all(info.possible == PARTICLES)
    assert np.all(info.failed == 0)


def test_no_data_change_nothing(starts):
    none = np.zeros((REPLICATES, 8), bool)
    belief, info = updated(replicate_keys(jax.random.key(3), REPLICATES), starts, none, none)
    assert np.all(info.steps == 1)
    np.testing.assert_allclose(info.log_evidence, 0.0, atol=1e-12)
    mean, covariance, _ = read(belief, info.log_evidence)
    assert agrees(mean, gaussian.PRIOR_MEAN)
    assert agrees(covariance, gaussian.PRIOR_COVARIANCE)
    assert not np.any(np.all(belief.particles == starts.particles, axis=(1, 2)))


def normal_starts(key, count=PARTICLES, dimension=2, replicates=REPLICATES):
    """N(0, I) of so many parameters, for every replicate."""
    standard = jax.random.normal(key, (replicates, count, dimension))
    return jax.vmap(particle_belief.equally_weighted)(standard)


def standard_normal(parameters):
    return -0.5 * jnp.sum(parameters**2)


def run(log_density, log_likelihood, beliefs, tempering=Tempering()):  # noqa: B008
    """Updates of every replicate, with keys of their own."""
    keys = replicate_keys(jax.random.key(4), len(beliefs.particles))
    return jax.jit(
        jax.vmap(lambda key, own: update(key, own, log_density, log_likelihood, tempering))
    )(keys, beliefs)


def test_both_modes_keep_their_shares(key):
    """A prior N(0, 3² I) in two dimensions, and data that leave ±4 along the first, 0.3 to 0.7."""
    beliefs = normal_starts(key)
    beliefs = beliefs._replace(particles=3 * beliefs.particles)

    def two_places(parameters):
        first = norm.logpdf(parameters, jnp.array([-4.0, 0.0]), 0.4).sum() + jnp.log(0.3)
        second = norm.logpdf(parameters, jnp.array([4.0, 0.0]), 0.4).sum() + jnp.log(0.7)
        return jnp.logaddexp(first, second)

    found, info = run(lambda own: standard_normal(own / 3), two_places, beliefs)
    check(info)
    left = np.mean(found.particles[..., 0] < 0, axis=1)
    assert agrees(left, 0.3)
    assert not agrees(left, 0.25)
    assert np.all((left > 0.15) & (left < 0.45))
    # the walks have shortened to a mode's width
    assert np.all(info.acceptance > 0.15)
    # between the modes there is nothing
    assert np.mean(np.abs(found.particles[..., 0]) < 2) < 1e-3


def test_a_truncated_prior_cuts_the_posterior(key):
    """U(0, 1)², data that would have the first at −0.1 ± 0.3; the model has no number below 0."""
    draws = jax.random.uniform(key, (REPLICATES, PARTICLES, 2))

    def box(parameters):
        return jnp.where(jnp.all((parameters >= 0) & (parameters <= 1)), 0.0, -jnp.inf)

    def likelihood(parameters):
        return norm.logpdf(-0.1, jnp.sqrt(parameters[0]) ** 2, 0.3)

    found, info = run(box, likelihood, jax.vmap(particle_belief.equally_weighted)(draws))
    check(info)
    assert np.all((found.particles >= 0) & (found.particles <= 1))
    exact = truncnorm(0.1 / 0.3, 1.1 / 0.3, loc=-0.1, scale=0.3)
    moments = jax.vmap(particle_belief.covariance)(found)
    assert agrees(jax.vmap(particle_belief.mean)(found), [exact.mean(), 0.5])
    assert agrees(moments[:, 0, 0], exact.var())
    assert agrees(moments[:, 1, 1], 1 / 12)
    inside = exact.dist.cdf(1.1 / 0.3, -np.inf, np.inf) - exact.dist.cdf(0.1 / 0.3, -np.inf, np.inf)
    assert agrees(info.log_evidence, np.log(inside))


@pytest.mark.parametrize("failure", [jnp.nan, jnp.inf])
def test_most_of_the_prior_may_be_impossible(failure, key):
    """Only θ₁ > 1.2816, a tenth of the prior, gives the data a likelihood; NaN and +∞ count as
    none.
    """

    def likelihood(parameters):
        return jnp.where(parameters[0] > 1.2816, 0.0, failure)

    found, info = run(standard_normal, likelihood, normal_starts(key))
    check(info)
    assert np.all(found.particles[..., 0] > 1.2816)
    assert agrees(jax.vmap(particle_belief.mean)(found), [truncnorm(1.2816, np.inf).mean(), 0.0])
    assert agrees(info.log_evidence, np.log(0.1))
    np.testing.assert_array_equal(info.possible + info.failed, PARTICLES)
    assert np.mean(info.failed) == pytest.approx(900, abs=20)


def test_uneven_weights_are_evened_out_first(key):
    """Particles N(0, I) weighted to N((1.2, 0), 0.6² I), worth a fifth of them, and one datum."""
    beliefs = normal_starts(key)

    def target(parameters):
        return norm.logpdf(parameters, jnp.array([1.2, 0.0]), 0.6).sum()

    log_weights = jax.vmap(jax.vmap(lambda own: target(own) - standard_normal(own)))
    weighted = jax.vmap(particle_belief.reweighted)(beliefs, log_weights(beliefs.particles))
    found, info = run(target, lambda own: norm.logpdf(0.9, own[1], 0.6), weighted)
    check(info)
    assert np.all(info.effective_samples < 0.4 * PARTICLES)
    assert np.all(info.steps > 1)
    assert agrees(jax.vmap(particle_belief.mean)(found), [1.2, 0.45])
    assert agrees(info.log_evidence, norm.logpdf(0.9, 0.0, 0.6 * np.sqrt(2)))


def test_a_parameter_that_is_known_stays(key):
    beliefs = normal_starts(key)
    known = beliefs._replace(particles=beliefs.particles.at[..., 1].set(0.5))
    found, info = run(standard_normal, lambda own: norm.logpdf(2.0, own.sum(), 0.5), known)
    check(info)
    np.testing.assert_allclose(found.particles[..., 1], 0.5, atol=1e-12)
    assert agrees(jax.vmap(particle_belief.mean)(found)[:, 0], 1.5 / 1.25)


@pytest.mark.parametrize(
    ("nothing", "told"), [(-jnp.inf, "above zero:"), (jnp.nan, "for 1000 of them .* is NaN")]
)
def test_data_that_nothing_explains_end_with_a_message(nothing, told, key):
    found, info = run(standard_normal, lambda own: nothing * own[0] ** 2, normal_starts(key))
    assert np.all(np.asarray(info.log_evidence) == -np.inf)
    assert np.all(np.isfinite(found.particles))
    with pytest.raises(ValueError, match=rf"in 16 of 16 replicates.*{told}"):
        check(info)


def test_one_replicate_in_which_nothing_fits_is_named_and_the_others_are_right(key):
    beliefs = normal_starts(key)
    far = beliefs._replace(particles=beliefs.particles.at[3].add(100.0))

    def likelihood(parameters):
        return jnp.where(parameters[0] < 50, norm.logpdf(1.0, parameters[0], 1.0), -jnp.inf)

    found, info = run(standard_normal, likelihood, far)
    with pytest.raises(ValueError, match="in 1 of 16 replicates.*no particle gives the data"):
        check(info)
    others = np.arange(REPLICATES) != 3
    assert agrees(jax.vmap(particle_belief.mean)(found)[others, 0], 0.5)
    assert np.isfinite(np.asarray(info.log_evidence)[others]).all()


def each_is_near_one(parameters, deviation):
    """A datum of every parameter."""
    return norm.logpdf(parameters, 1.0, deviation).sum()


def test_too_few_steps_or_particles_end_with_a_message(key):
    sharp = partial(each_is_near_one, deviation=1e-3)
    _, info = run(standard_normal, sharp, normal_starts(key), Tempering(limit=2))
    with pytest.raises(ValueError, match=r"2 steps of tempering did not reach.*\de-06 of 1"):
        check(info)
    _, info = run(standard_normal, sharp, normal_starts(key, count=8))
    with pytest.raises(ValueError, match="rests on [3-7].* particles, fewer than 10"):
        check(info)


def test_a_posterior_a_millionth_as_wide_is_reached(key):
    """Six decimals at once: as many steps as it takes, the walk as short as it has to be."""
    sharp = partial(each_is_near_one, deviation=1e-6)
    found, info = run(standard_normal, sharp, normal_starts(key))
    check(info)
    assert agrees(jax.vmap(particle_belief.mean)(found), 1.0)
    assert agrees(jax.vmap(particle_belief.spread)(found), 1e-6)
    assert agrees(info.log_evidence, 2 * norm.logpdf(1.0))


@pytest.mark.slow
def test_twenty_parameters_take_more_moves_than_ten(key):
    """N(0, I) and a datum 1 ± 0.2 of each: with ten moves a step a tenth of the variance is
    lost, with the default no more than chance takes of the 500 particles.
    """
    likelihood = partial(each_is_near_one, deviation=0.2)
    beliefs = normal_starts(key, count=500, dimension=20, replicates=4)
    found, info = run(standard_normal, likelihood, beliefs)
    check(info)
    few, _ = run(standard_normal, likelihood, beliefs, Tempering(moves=10))
    ratio, too_low = (np.var(own.particles, axis=1).mean() / (0.04 / 1.04) for own in (found, few))
    assert ratio == pytest.approx(1.0, abs=0.03)
    assert too_low < 0.95
    assert np.mean(found.particles) == pytest.approx(1 / 1.04, abs=0.01)


def test_settings_that_cannot_work_are_refused():
    with pytest.raises(ValueError, match="target must lie between 0 and 1, not 1.5"):
        Tempering(target=1.5)
    with pytest.raises(ValueError, match="at least one move and one step, not 0, 200"):
        Tempering(moves=0)


def test_square_root_of_a_singular_covariance(rng):
    half = rng.normal(size=(4, 2))
    root = particle_update.square_root(jnp.asarray(half @ half.T))
    np.testing.assert_allclose(root @ root.T, half @ half.T, atol=1e-12)
