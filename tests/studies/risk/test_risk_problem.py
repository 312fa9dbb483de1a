"""Settings of a risk study as what the kernels take, and estimates over many designs."""

import jax
import jax.numpy as jnp
import numpy as np

from boed.studies.risk import risk_problem

SETTINGS = {
    "function": "linear",
    "parameters": {"theta": {"normal": {"mean": 1.0, "deviation": 2.0}}},
    "noise": {"constant": 0.5},
    "designs": {"d": {"lower": 0.0, "upper": 1.0}},
    "nodes": 101,
}


def test_problem_has_the_settings_model_noise_and_prior():
    problem = risk_problem.problem(SETTINGS, outputs=2)
    np.testing.assert_array_equal(problem.noise.constant, [0.5, 0.5])
    np.testing.assert_array_equal(
        problem.forward(jnp.array([3.0]), jnp.array([0.1, 0.2])), 3.0 * np.array([0.1, 0.2])
    )
    nodes, weights = problem.prior.nodes(100)
    assert np.isclose(weights @ nodes[:, 0], 1.0)


def test_designs_are_the_numbers_that_a_user_types():
    assert {0.0, 0.2, 0.3, 0.7, 1.0} <= set(risk_problem.designs(SETTINGS).tolist())
    pairs = risk_problem.pairs(31, SETTINGS)
    assert pairs.shape == (31, 31, 2)
    np.testing.assert_array_equal(pairs[6, 30], [0.2, 1.0])
    assert risk_problem.corners(2, SETTINGS, nodes=3).shape == (9, 2)


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
