"""Outcomes whose evidence and second moment have inner samples apart from the outer ones, N, N₁ and
N₂ of each.

experiment = separate_samples(problem, (100, 64, 64), "own", designs)
observed, outcomes = experiment(key, design)
"""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.jackknife import uniform
from boed.design.nested_monte_carlo import Outcomes
from boed.design.utility_problem import Design, Designs, Problem, draw, outputs_of, predictions
from boed.inference.gaussian_noise import GaussianNoise, log_densities, log_density, perturbed

Observed = Float[AnyArray, "outcomes outputs"]
INNER = ("own", "shared")


@dataclass(frozen=True, eq=False)
class SeparateSamples:
    """Data and outcomes of N outer samples with N₁ and N₂ inner ones; numbers: N, N₁ and N₂.

    inner: `own`, drawn anew for every outcome (mean_variance Eq. 13–14, 27, App. A), or `shared` by
    all outcomes.
    """

    problem: Problem
    numbers: tuple[int, int, int]
    inner: str
    outputs: int

    def __call__(self, key: PRNGKeyArray, design: Design) -> tuple[Observed, Outcomes]:
        """Data (N, m) of this design, and their outcomes."""
        problem, outer = self.problem, self.numbers[0]
        first, rest = jax.random.split(key)
        samples = draw(problem, first, outer, self.outputs)
        predicted = predictions(problem, samples.parameters, design)
        observed = perturbed(problem.noise, predicted, samples.noise)
        keys, axis = (jax.random.split(rest, outer), 0) if self.inner == "own" else (rest, None)
        log_likelihood = jax.vmap(partial(log_density, problem.noise))(observed, predicted)
        marginals = jax.vmap(partial(self._marginals, design), (axis, 0))(keys, observed)
        return observed, Outcomes(log_likelihood, *marginals, uniform(outer))

    def _marginals(self, design, key, observed):
        """`inner_marginals` of one datum, from samples that it draws."""
        first, second = (
            predictions(self.problem, self.problem.prior.sample(own_key, number), design)
            for own_key, number in zip(jax.random.split(key), self.numbers[1:], strict=True)
        )
        return inner_marginals(self.problem.noise, first, second, observed)


def inner_marginals(
    noise: GaussianNoise,
    first: Float[AnyArray, "first outputs"],
    second: Float[AnyArray, "second outputs"],
    observed: Float[AnyArray, " outputs"],
) -> tuple[Float[AnyArray, ""], Float[AnyArray, ""]]:
    """Log-evidence from N₁ predictions, and mean log-likelihood from N₂ others over that evidence,
    of one datum (mean_variance Eq. 14, 27).
    """
    # both at once: the compiler makes slow loops of two
    every = log_densities(noise, jnp.concatenate([first, second]))(observed)
    likelihood, others = jnp.split(every, [len(first)])
    log_evidence = jax.nn.logsumexp(likelihood) - jnp.log(len(first))
    return log_evidence, jnp.mean(jnp.exp(others - log_evidence) * others)


def separate_samples(
    problem: Problem, numbers: tuple[int, int, int], inner: str, designs: Designs
) -> SeparateSamples:
    """An experiment with N outer, N₁ and N₂ inner samples; ValueError for other `inner` than `own`
    and `shared`, and for numbers below one.
    """
    if inner not in INNER:
        raise ValueError(f"no inner samples named {inner!r}: own or shared")
    for number in numbers:
        uniform(number)
    return SeparateSamples(problem, numbers, inner, outputs_of(problem, designs))
