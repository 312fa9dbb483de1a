"""Joint design over position and strength, against direct evaluations cell by cell."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm
from toy_study import STUDY, TRUTH

from boed.inference import grid_belief
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.joint import joint_design
from boed.systems.plume.exact import gaussian_plume

SETTINGS = STUDY | {
    "replicates": 2,
    "times": [0.051, 0.061],
    "model": TRUTH | {"strength": 3.0, "discrepancy": "strength"},
    "noise": {"constant": 0.05, "relative": 0.1, "observation_noise": "sampled"},
    "belief": {
        **{"lower": 0.0, "upper": 1.0, "cells": 11},
        **{"map_window": 5, "map_refinement": 10, "map_interpolation": "log_cubic"},
    },
    "joint": {"lower": 1.0, "upper": 4.0, "cells": 7, "data": 2, "prior": "normal"},
    "experiment": {
        **{
            "initial": [0.5, 0.5],
            "domain": "box",
            "lower": 0.0,
            "upper": 1.0,
            "move_limit": 0.2,
            "grid": 2,
            "steps": [2, 2],
        },
        **{"rate": 0.003, "drift": 0.0, "stop_after_clips": 0, "jump": 0.05},
    },
    "discrepancy_experiment": {"deviation": 1.0, "move_limit": 0.1},
}
# compiled as one piece each, so that their small operations are not compiled one by one
update, position_belief, strength_belief, information_gain = map(
    jax.jit,
    (
        joint_design.update,
        joint_design.position_belief,
        joint_design.strength_belief,
        joint_design.information_gain,
    ),
)
DESIGN, TIME = jnp.array([0.37, 0.33]), 0.061


@pytest.fixture(scope="module")
def study():
    return joint_design.setup(SETTINGS)


@pytest.fixture(scope="module")
def plumes(study):
    """The true plume, and the modelled one at unit strength."""
    return jax.jit(lambda moment: joint_design.solutions(study, moment))(
        study.inversion.plume.moment(TIME)
    )


@pytest.fixture(scope="module")
def likelihood(study, plumes):
    return jax.jit(lambda observed: joint_design.log_likelihood(study, plumes[1], DESIGN, observed))


@pytest.fixture(scope="module")
def prior(study):
    return joint_design.normal_prior(study.cells, 3.0, 1.0)


def test_update_is_bayes_with_one_exact_solution_per_cell(study, likelihood, prior):
    # the plume moves with its source, so that one call serves all positions
    offsets = np.array(DESIGN) - np.stack(
        np.meshgrid(*study.cells.position, indexing="ij"), axis=-1
    )
    expected = np.empty((11, 11, 7))
    for k, strength in enumerate(study.cells.strength):
        u = gaussian_plume(
            offsets, TIME, (0.0, 0.0), strength, 0.05, study.inversion.plume.velocity
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


def test_a_uniform_prior_leaves_the_posterior_to_the_likelihood(study, likelihood):
    """exp(likelihood) over its sum; a prior about the strength moves it by that prior's
    own factor.
    """
    flat = joint_design.first_belief(study.cells, SETTINGS | {"joint": {"prior": "uniform"}})
    assert np.exp(flat).sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(flat, -np.log(11 * 11 * 7), rtol=1e-12)
    values = np.exp(np.asarray(likelihood(0.4)))
    np.testing.assert_allclose(
        np.exp(update(flat, likelihood(0.4))), values / values.sum(), rtol=1e-9
    )
    believed = joint_design.first_belief(study.cells, SETTINGS)
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
    mean, deviation = joint_design.strength_moments(posterior, study.cells)
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


def test_known_strength_gives_the_belief_of_the_fixed_strength(study, likelihood, prior):
    # a belief that is certain of the third strength, 2
    certain = np.where(
        np.arange(7) == 2, grid_belief.uniform(study.cells.position)[:, :, None], -np.inf
    )
    values, observed = likelihood(0.4), jnp.array([0.4])
    posterior = position_belief(update(certain, values))
    data = Measurements(DESIGN[None], observed, jnp.ones(1), jnp.ones(1))
    moments, uniform = (
        study.inversion.plume.moments([TIME]),
        jnp.asarray(grid_belief.uniform(study.cells.position)),
    )
    fixed = jax.jit(lambda *own: inverse_problem.posterior(study.inversion, moments, *own))(
        data, jnp.array([2.0]), uniform
    )
    np.testing.assert_allclose(posterior, fixed, atol=1e-9)
    gain = float(grid_belief.information_gain(fixed, uniform))
    assert float(information_gain(certain, values)) == pytest.approx(gain, rel=1e-9)


def test_gradient_of_the_utility_agrees_with_differences(study, plumes, prior):
    @jax.jit
    def both(design):
        def utility(place):
            return joint_design.measured_utility(study, *plumes, place, prior, jnp.array(0.7))

        return jax.value_and_grad(utility)(design)

    step, gradient = 1e-5, both(DESIGN)[1]
    differences = [
        (both(DESIGN + s)[0] - both(DESIGN - s)[0]) / (2 * step) for s in step * jnp.eye(2)
    ]
    np.testing.assert_allclose(gradient, differences, rtol=1e-5)


def test_costs_count_every_design_looked_at_and_the_update_after_each_search():
    costs = joint_design.costs(SETTINGS)
    # a 2 × 2 grid and the start, then two steps; the second stage has two searches
    np.testing.assert_array_equal(costs.design_evaluations, [7, 14])
    np.testing.assert_array_equal(costs.model_solutions, [1, 1])
    np.testing.assert_array_equal(costs.cell_likelihoods, [8 * 11 * 11 * 7, 16 * 11 * 11 * 7])


@pytest.mark.slow
def test_run_keeps_designs_in_their_windows_and_finds_the_source():
    record = joint_design.run(SETTINGS, 1, "toy")
    assert record.first_design.shape == (2, 2, 2)
    assert record.second_design.shape == (1, 2, 2)
    assert np.all(np.abs(record.first_design[0] - 0.5) <= 0.2 + 1e-12)
    assert np.all(np.abs(record.second_design[0] - record.first_design[1]) <= 0.1 + 1e-12)
    # sampled noise differs from replicate to replicate
    assert record.strength_mean[0, 0] != record.strength_mean[0, 1]
    assert np.all(record.posterior_spread[1] < record.posterior_spread[0])


@pytest.mark.slow
def test_without_sampled_noise_all_replicates_are_the_same():
    quiet = SETTINGS | {
        "times": [0.051],
        "noise": SETTINGS["noise"] | {"observation_noise": "none"},
    }
    record = joint_design.run(quiet, 1, "toy")
    assert record.location_error.shape == (1, 2)
    assert record.second_design.shape == (0, 2, 2)
    np.testing.assert_array_equal(record.strength_mean[:, 0], record.strength_mean[:, 1])
