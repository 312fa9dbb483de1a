"""Outcomes whose evidence and second moment have inner samples apart from the outer ones, N, N₁ and
N₂ of each.

evaluate = evaluator(problem, (100, 64, 64), "own"); observed, outcomes = evaluate(key, design)
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.estimators import Problem, draw, outputs_of
from boed.design.jackknife import uniform
from boed.design.nested_monte_carlo import Design, Outcomes
from boed.inference.gaussian_noise import log_densities, log_density, perturbed

Observed = Float[AnyArray, "samples outputs"]
INNER = ("own", "shared")


def evaluator(
    problem: Problem,
    numbers: tuple[int, int, int],
    inner: str,
    designs: Float[AnyArray, "designs coordinates"],
) -> Callable[[PRNGKeyArray, Design], tuple[Observed, Outcomes]]:
    """(key, design) → data (N, m) and their outcomes, from N outer, N₁ and N₂ inner samples.

    inner: `own`, drawn anew for every outcome (mean_variance Eq. 13–14, 27, App. A), or `shared` by
    all outcomes; ValueError for another name, and for numbers below one.
    """
    if inner not in INNER:
        raise ValueError(f"no inner samples named {inner!r}: own or shared")
    weights, *_ = map(uniform, numbers)
    outputs = outputs_of(problem, designs)

    def evaluate(key, design):
        """Data and outcomes of this design."""
        outer, rest = jax.random.split(key)
        samples = draw(problem, outer, numbers[0], outputs)
        predictions = jax.vmap(problem.forward, (0, None))(samples.parameters, design)
        observed = perturbed(problem.noise, predictions, samples.noise)
        keys, axis = (jax.random.split(rest, numbers[0]), 0) if inner == "own" else (rest, None)
        marginal = partial(_marginals, problem, numbers[1:], design)
        log_likelihood = jax.vmap(partial(log_density, problem.noise))(observed, predictions)
        return observed, Outcomes(
            log_likelihood, *jax.vmap(marginal, (axis, 0))(keys, observed), weights
        )

    return evaluate


def _marginals(problem, numbers, design, key, observed):
    """Log-evidence from N₁ samples, and mean log-likelihood from N₂ others over that evidence, of
    one datum.
    """

    def log_likelihoods(key, number):
        parameters = problem.prior.sample(key, number)
        return log_densities(
            problem.noise, jax.vmap(problem.forward, (0, None))(parameters, design)
        )(observed)

    first, second = map(log_likelihoods, jax.random.split(key), numbers)
    log_evidence = jax.nn.logsumexp(first) - jnp.log(len(first))
    return log_evidence, jnp.mean(jnp.exp(second - log_evidence) * second)
