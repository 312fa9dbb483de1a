"""Settings of a risk study as what the kernels take, and estimates over many designs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from model_files import PHARMACOKINETICS, linear, written

from boed.design.estimators import sampled_utility
from boed.studies.risk import risk_problem

SETTINGS = linear(mean=1.0, deviation=2.0, noise=0.5, lower=0.0, upper=1.0)
TWO_BY_TWO = """
def predict(parameters, design):
    return [parameters["theta"] * design["x"], parameters["theta"] + design["y"]]
"""


def test_problem_has_the_settings_model_noise_and_prior():
    problem = risk_problem.problem(SETTINGS, experiments=2)
    np.testing.assert_allclose(problem.noise.deviation(jnp.zeros(2)), [0.5, 0.5])
    np.testing.assert_array_equal(
        problem.forward(jnp.array([3.0]), jnp.array([0.1, 0.2])), 3.0 * np.array([0.1, 0.2])
    )
    nodes, weights = problem.prior.nodes(100)
    assert np.isclose(weights @ nodes[:, 0], 1.0)


def test_outputs_of_several_experiments_follow_one_after_the_other(tmp_path):
    settings = SETTINGS | {
        "file": str(written(tmp_path, TWO_BY_TWO)),
        "designs": {name: {"lower": 0.0, "upper": 1.0} for name in "xy"},
        "outputs": {"first": {}, "second": {}},
        "noise": {"constant": [0.1, 0.2]},
        "experiments": 3,
    }
    problem = risk_problem.problem(settings)
    design = jnp.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    found = problem.forward(jnp.array([10.0]), design)
    np.testing.assert_allclose(found, [10.0, 12.0, 30.0, 14.0, 50.0, 16.0])
    np.testing.assert_allclose(problem.noise.deviation(found), [0.1, 0.2] * 3)
    words = "a design of 4 numbers, where 3 experiments of x, y have 6"
    with pytest.raises(ValueError, match=words):
        problem.forward(jnp.array([10.0]), design[:4])


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"noise": {"constant": 0.5, "relative": 0.0}}, True),
        ({"noise": {"constant": 0.5, "relative": 0.1}}, False),
        ({"noise": {"function": "spread"}}, False),
        ({"experiments": 2}, False),
        ({"outputs": {"a": {}, "b": {}}}, False),
        ({"prior_samples": "draws.csv"}, False),
        ({"parameters": PHARMACOKINETICS["parameters"]}, False),
    ],
)
def test_values_without_sampling_are_for_one_parameter_and_one_output_with_constant_noise(
    changes, there
):
    nodes = risk_problem.exact_nodes(SETTINGS | {"quadrature_nodes": 50} | changes)
    assert nodes == (50 if there else None)


def test_common_numbers_are_the_same_at_every_design():

    def draw(key, design):
        return jax.random.normal(key) + 0 * design[0]

    designs = jnp.linspace(0, 1, 5)[:, None]
    common, independent = (
        risk_problem.over_designs(draw, keys_of(jax.random.key(0), 5), designs)
        for keys_of in risk_problem.SAMPLING.values()
    )
    assert len(set(common.tolist())) == 1
    assert len(set(independent.tolist())) == 5


@pytest.mark.slow
def test_pharmacokinetics_have_the_moments_of_brute_force(key):
    """Ten runs of nested Monte Carlo with 20,000 × 20,000 samples: U = 0.919 ± 0.003, V = 0.333 ±
    0.008 at 16.5 hours.
    """
    problem, design = risk_problem.problem(PHARMACOKINETICS), jnp.array([16.5])
    utility = sampled_utility(problem, "automatic", 10_000, design[None])
    estimates = risk_problem.over_designs(
        utility.estimates, jax.random.split(key, 12), jnp.stack([design] * 12)
    )
    mean, variance = (float(jnp.mean(part)) for part in estimates.self_normalised)
    assert abs(mean - 0.919) < 0.003
    assert abs(variance - 0.333) < 0.008
