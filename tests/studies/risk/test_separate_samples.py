"""Inner samples apart from the outer ones against the exact marginals, and how outcomes depend on
each other.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design.utility_problem import Problem
from boed.inference import gaussian_noise, priors
from boed.studies.risk.leading_orders import exact, marginals
from boed.studies.risk.separate_samples import INNER, separate_samples


def forward(parameters, design):
    """θ·d."""
    return parameters[0] * design


LINEAR = Problem(forward, gaussian_noise.independent(0.5, 1), priors.normal(0.0, 3.0))
DESIGN = jnp.array([0.1])


def outcomes(inner, numbers, key):
    return jax.jit(separate_samples(LINEAR, numbers, inner, DESIGN[None]))(key, DESIGN)


@pytest.mark.parametrize("inner", INNER)
def test_many_inner_samples_give_the_exact_marginals(inner, key):
    observed, found = outcomes(inner, (20, 40_000, 30_000), key)
    evidence, mean = marginals(exact(0.3, 0.5), observed[:, 0])
    np.testing.assert_allclose(found.log_evidence, evidence, atol=0.03)
    np.testing.assert_allclose(found.mean_log_likelihood, mean, atol=0.06)


@pytest.mark.parametrize("inner", INNER)
def test_evidence_and_second_moment_have_errors_of_their_own(inner, key):
    """Over many keys: sizes as N₁ and N₂ say, and uncorrelated between the two; between outcomes
    only if shared.
    """
    numbers = (2, 50, 200)
    run = jax.vmap(separate_samples(LINEAR, numbers, inner, DESIGN[None]), (0, None))
    observed, found = jax.jit(run)(jax.random.split(key, 4000), DESIGN)
    evidence, mean = marginals(exact(0.3, 0.5), observed[..., 0])
    first = np.exp(found.log_evidence - evidence) - 1
    second = np.asarray(found.mean_log_likelihood * (1 + first) - mean)
    # relative variance of p(y|θ) over the prior at every y, and of p(y|θ)·log p(y|θ), by quadrature
    nodes, weights = (np.asarray(own) for own in LINEAR.prior.nodes(2001))
    density = np.exp(-2 * (np.asarray(observed) - 0.1 * nodes[:, 0]) ** 2) * 2 / np.sqrt(2 * np.pi)
    for errors, values, number in ((first, density, 50), (second, density * np.log(density), 200)):
        expected = (values**2 @ weights - (values @ weights) ** 2) / np.exp(2 * evidence)
        usual = np.abs(observed[..., 0]) < 1.2
        assert np.mean((errors**2 / expected)[usual]) == pytest.approx(1 / number, rel=0.1)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05
    near = np.abs(observed[:, 0, 0] - observed[:, 1, 0]) < 0.2
    together = np.corrcoef(first[near].T)[0, 1]
    assert (together > 0.8) == (inner == "shared")
    assert inner == "shared" or abs(together) < 0.2


def test_other_inner_samples_and_no_samples_are_refused():
    with pytest.raises(ValueError, match="no inner samples named 'reused': own or shared"):
        separate_samples(LINEAR, (2, 2, 2), "reused", DESIGN[None])
    with pytest.raises(ValueError, match="at least one sample"):
        separate_samples(LINEAR, (2, 0, 2), "own", DESIGN[None])
