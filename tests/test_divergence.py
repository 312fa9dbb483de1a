"""The Gaussian divergence against Eq. 7 written out, and where Eq. 7 cannot be written out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.divergence import divergence, whiten


def direct(posterior, prior):
    """Eq. 7 with plain inverses and determinants, in extended precision where NumPy has it."""
    c0, c = np.cov(prior.T), np.cov(posterior.T)
    shift = prior.mean(0) - posterior.mean(0)
    inverse = np.linalg.inv(c0)
    logs = np.linalg.slogdet(c0)[1] - np.linalg.slogdet(c)[1]
    return 0.5 * (np.trace(inverse @ c) - len(c) + logs + shift @ inverse @ shift)


@pytest.fixture
def ensembles(rng):
    prior = rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6))
    return prior, prior * 0.6 + 0.3 * rng.normal(size=(40, 1)) + 0.5


def test_equals_the_direct_formula(ensembles):
    prior, posterior = ensembles
    computed = divergence(jnp.asarray(posterior), whiten(jnp.asarray(prior)))
    assert computed.total == pytest.approx(direct(posterior, prior), rel=1e-9)
    shift = prior.mean(0) - posterior.mean(0)
    assert computed.mean == pytest.approx(0.5 * shift @ np.linalg.inv(np.cov(prior.T)) @ shift, rel=1e-9)


def test_no_update_is_no_information(ensembles):
    prior = jnp.asarray(ensembles[0])
    computed = divergence(prior, whiten(prior))
    assert abs(float(computed.total)) < 1e-10


def test_scaled_ensemble_is_the_closed_form(ensembles):
    prior = jnp.asarray(ensembles[0])
    shrunk = prior.mean(axis=0) + 0.5 * (prior - prior.mean(axis=0))
    expected = 0.5 * 6 * (0.25 - 1 - np.log(0.25))
    assert divergence(shrunk, whiten(prior)).total == pytest.approx(expected, rel=1e-10)


def test_does_not_depend_on_the_parameters_units_even_when_nearly_singular(ensembles):
    """Scales from 1e-7 to 1e7 make C₀'s condition number 1e28: forming it would lose every digit."""
    prior, posterior = ensembles
    scales = 10.0 ** np.linspace(-7, 7, 6)
    plain = divergence(jnp.asarray(posterior), whiten(jnp.asarray(prior))).total
    scaled = divergence(jnp.asarray(posterior * scales), whiten(jnp.asarray(prior * scales))).total
    assert scaled == pytest.approx(float(plain), rel=1e-6)


@pytest.mark.parametrize("shrink", [1e-4, 1e-8, 1e-9, 1e-12])
def test_a_direction_that_has_all_but_collapsed_counts_its_logarithm(shrink, rng):
    """½(s² − 1 − ln s²) for one whitened direction scaled by s about its mean, the others as they were."""
    prior = rng.normal(size=(40, 6))
    white = whiten(jnp.asarray(prior))
    coordinates = (prior - np.asarray(white.mean)) @ np.asarray(white.transform)
    scaled = coordinates * np.array([1, 1, shrink, 1, 1, 1])
    posterior = np.asarray(white.mean) + scaled @ np.linalg.pinv(np.asarray(white.transform))
    expected = 0.5 * (shrink**2 - 1) - np.log(shrink)
    assert divergence(jnp.asarray(posterior), white).total == pytest.approx(expected, rel=1e-4)


def test_a_parameter_that_does_not_vary_does_not_count(rng):
    prior = rng.normal(size=(4, 6))
    prior[:, 2] = 0.5
    posterior = prior.mean(0) + 0.5 * (prior - prior.mean(0))
    expected = 0.5 * 3 * (0.25 - 1 - np.log(0.25))
    assert divergence(jnp.asarray(posterior), whiten(jnp.asarray(prior))).total == pytest.approx(expected, rel=1e-8)


def test_is_defined_with_fewer_members_than_parameters(rng):
    """J − 1 < dim: equal to Eq. 7 in coordinates of the space that the ensemble spans."""
    prior = rng.normal(size=(5, 12))
    anomalies = prior - prior.mean(0)
    mixing = rng.normal(size=(5, 5)) * 0.3 + np.eye(5)
    posterior = prior.mean(0) + 0.2 * anomalies[0] + mixing @ anomalies
    basis = np.linalg.svd(anomalies)[2][:4]
    computed = divergence(jnp.asarray(posterior), whiten(jnp.asarray(prior)))
    assert computed.total == pytest.approx(direct(posterior @ basis.T, prior @ basis.T), rel=1e-8)


def test_gradient_agrees_with_differences(ensembles):
    prior = whiten(jnp.asarray(ensembles[0]))
    posterior, direction = jnp.asarray(ensembles[1]), jnp.asarray(ensembles[0][::-1])
    slope = jax.jvp(lambda e: divergence(e, prior).total, (posterior,), (direction,))[1]
    ends = [divergence(posterior + s * direction, prior).total for s in (1e-6, -1e-6)]
    assert slope == pytest.approx(float(ends[0] - ends[1]) / 2e-6, rel=1e-6)
