"""Beliefs over position and strength, against direct evaluations cell by cell."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from boed.inference import grid_belief
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.joint import belief
from boed.systems.plume.exact import GaussianPlume

# compiled as one piece each, so that their small operations are not compiled one by one
update, position_belief, strength_belief, information_gain = map(
    jax.jit,
    (belief.update, belief.position_belief, belief.strength_belief, belief.information_gain),
)


def test_update_is_bayes_with_one_exact_solution_per_cell(study, likelihood, prior, design):
    # the plume moves with its source, so that one call serves all positions
    offsets = np.array(design) - np.stack(
        np.meshgrid(*study.cells.position, indexing="ij"), axis=-1
    )
    expected = np.empty((11, 11, 7))
    for k, strength in enumerate(study.cells.strength):
        u = GaussianPlume((0.0, 0.0), strength, 0.05, study.inversion.plume.velocity).at(
            offsets, 0.061
        )
        # the prior of the position is uniform: a constant
        expected[..., k] = norm(u, 0.05 + 0.1 * u).logpdf(0.4) + norm(3.0, 1.0).logpdf(strength)
    expected -= np.logaddexp.reduce(expected.ravel())
    np.testing.assert_allclose(update(prior, likelihood(0.4)), expected, atol=1e-4)


def test_prior_is_uniform_in_position_and_gaussian_in_strength(study, prior):
    np.testing.assert_allclose(
        position_belief(prior), grid_belief.uniform(study.cells.position), atol=1e-12
    )
    probability = norm(3.0, 1.0).pdf(study.cells.strength)
    np.testing.assert_allclose(
        np.exp(strength_belief(prior)), probability / probability.sum(), rtol=1e-12
    )


def test_a_uniform_prior_leaves_the_posterior_to_the_likelihood(settings, study, likelihood):
    """exp(likelihood) over its sum; a prior about the strength moves it by that prior's
    own factor.
    """
    flat = belief.first_belief(study.cells, settings | {"joint": {"prior": "uniform"}})
    assert np.exp(flat).sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(flat, -np.log(11 * 11 * 7), rtol=1e-12)
    values = np.exp(np.asarray(likelihood(0.4)))
    np.testing.assert_allclose(
        np.exp(update(flat, likelihood(0.4))), values / values.sum(), rtol=1e-9
    )
    believed = belief.first_belief(study.cells, settings)
    expected = values * norm(3.0, 1.0).pdf(study.cells.strength)
    np.testing.assert_allclose(
        np.exp(update(believed, likelihood(0.4))), expected / expected.sum(), rtol=1e-9
    )


def test_marginals_sum_to_one_and_moments_are_those_of_the_strengths(study, likelihood, prior):
    posterior = update(prior, likelihood(0.4))
    probability = np.exp(posterior)
    np.testing.assert_allclose(
        np.exp(position_belief(posterior)), probability.sum(axis=2), rtol=1e-10
    )
    strengths = np.exp(strength_belief(posterior))
    assert np.exp(position_belief(posterior)).sum() == pytest.approx(1.0, abs=1e-12)
    assert strengths.sum() == pytest.approx(1.0, abs=1e-12)
    mean, deviation = belief.strength_moments(posterior, study.cells)
    assert mean == pytest.approx(np.average(study.cells.strength, weights=strengths))
    assert deviation == pytest.approx(
        np.sqrt(np.average((study.cells.strength - mean) ** 2, weights=strengths))
    )


@pytest.mark.parametrize("observed", [-0.1, 0.4, 1.5])
def test_gain_is_the_divergence_and_no_marginal_gains_more(likelihood, prior, observed):
    values = likelihood(observed)
    posterior = update(prior, values)
    gain = float(information_gain(prior, values))
    assert gain == pytest.approx(float(np.sum(np.exp(posterior) * (posterior - prior))), rel=1e-9)
    position = [position_belief(part) for part in (posterior, prior)]
    strength = [strength_belief(part) for part in (posterior, prior)]
    for after, before in (position, strength):
        assert gain >= float(np.sum(np.exp(after) * (after - before))) - 1e-12


def test_known_strength_gives_the_belief_of_the_fixed_strength(study, likelihood, design):
    # a belief that is certain of the third strength, 2
    certain = np.where(
        np.arange(7) == 2, grid_belief.uniform(study.cells.position)[:, :, None], -np.inf
    )
    values, observed = likelihood(0.4), jnp.array([0.4])
    posterior = position_belief(update(certain, values))
    data = Measurements(design[None], observed, jnp.ones(1), jnp.ones(1))
    moments, uniform = (
        study.inversion.plume.moments([0.061]),
        jnp.asarray(grid_belief.uniform(study.cells.position)),
    )
    fixed = jax.jit(lambda *rest: inverse_problem.posterior(study.inversion, moments, *rest))(
        data, jnp.array([2.0]), uniform
    )
    np.testing.assert_allclose(posterior, fixed, atol=1e-9)
    gain = float(grid_belief.information_gain(fixed, uniform))
    assert float(information_gain(certain, values)) == pytest.approx(gain, rel=1e-9)
