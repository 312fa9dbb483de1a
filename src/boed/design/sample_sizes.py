"""Û and V̂ of many runs with N, N₁ and N₂ apart, beside what is exactly known of the same outer
samples.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.estimators import Problem
from boed.design.leading_orders import CONSTANTS, Exact, exact, linear_part, marginals, predicted
from boed.design.nested_monte_carlo import Design, Moments, nested_moments
from boed.design.separate_samples import evaluator

# likelihoods at once: with fewer, threads wait for each other longer than they compute
TOGETHER = 2**20
PREDICTED = ("bias", "variance", "inner_variance")
# estimates beyond are counted as this: of far data, ratios of densities leave the range of a double
LARGEST = 1e60
Runs = Float[AnyArray, " runs"]


def signal_and_noise(settings: dict, design: float) -> tuple[float, float]:
    """Deviations of prediction and noise of a linear-Gaussian study (mean_variance Eq. 42) at a
    design.
    """
    return settings["prior"]["normal"]["deviation"] * abs(design), settings["noise"]


def runs_of(numbers: tuple[int, int, int], likelihoods: int | float) -> tuple[int, int]:
    """How often how many runs at once, that they take about so many inner likelihoods; two runs at
    least.
    """
    outer, first, second = numbers
    size = outer * (first + second)
    runs = max(2, round(likelihoods / size))
    together = min(max(1, TOGETHER // size), runs)
    return round(runs / together), together


def estimates(
    problem: Problem, numbers: tuple[int, int, int], inner: str
) -> Callable[[PRNGKeyArray, Design, Exact], tuple[Moments, Moments]]:
    """(keys (times, at once), design (1,), exact values) → Û and V̂ of every run (runs,), and both
    to first order.

    First order is with exact inner expectations: means over outcomes, whose own means are U and V.
    What the estimates have more is their bias, and the noise of inner samples apart from that of
    outer ones.
    """

    def one(key, design, own):
        """Both of one run."""
        centre = problem.forward(problem.prior.nodes(3)[0][1], design)
        observed, outcomes = evaluator(problem, numbers, inner, design[None])(key, design)
        evidence, mean = marginals(own, observed[:, 0] - centre[0])
        part = linear_part(outcomes.log_likelihood, evidence, mean, own.utility)
        expected = outcomes.weights @ (outcomes.log_likelihood - evidence)
        # the mean of the linear part is V − U²
        return nested_moments(outcomes), Moments(expected, outcomes.weights @ part + own.utility**2)

    def every(keys, design, own):
        """Both of all runs."""
        several = jax.vmap(lambda key: one(key, design, own))
        return jax.tree.map(jnp.ravel, jax.lax.map(several, keys))

    return jax.jit(every)


def measured(
    problem: Problem, settings: dict, numbers: tuple[int, int, int], inner: str, key: PRNGKeyArray
) -> list:
    """[[statistics of Û, of V̂]] at every design of a study's `sample_sizes`, with common random
    numbers.
    """
    block, evaluate, found = settings["sample_sizes"], estimates(problem, numbers, inner), []
    keys = jax.random.split(key, runs_of(numbers, block["likelihoods"]))
    for design in block["designs"]:
        own = exact(*signal_and_noise(settings, design))
        runs = evaluate(keys, jnp.array([design]), own)
        values = own.utility, own.variance
        found.append([statistics(*triple) for triple in zip(*runs, values, strict=True)])
    return found


def expected(settings: dict, numbers: tuple[int, int, int], inner: str) -> list:
    """[[leading orders of Û, of V̂]] in the same form: {name: value}."""
    pairs = [signal_and_noise(settings, design) for design in settings["sample_sizes"]["designs"]]
    return [
        [
            dict(zip(PREDICTED, predicted(own(*pair), numbers, inner), strict=True))
            for own in CONSTANTS.values()
        ]
        for pair in pairs
    ]


def statistics(found: Runs, first_order: Runs, value: float) -> dict[str, float]:
    """Bias and variance over runs, each with its standard error; the bias by the first order as
    control variate.

    inner_variance: what is left without the first order; median_error: of the runs' median from the
    exact value.
    """
    found = np.clip(np.nan_to_num(np.asarray(found), nan=LARGEST), -LARGEST, LARGEST)
    left = found - np.asarray(first_order)
    return {
        "bias": left.mean(),
        "bias_error": left.std(ddof=1) / np.sqrt(len(left)),
        "variance": found.var(ddof=1),
        "variance_error": _error_of_variance(found),
        "inner_variance": left.var(ddof=1),
        "inner_variance_error": _error_of_variance(left),
        "median_error": np.median(found) - value,
    }


def _error_of_variance(values: np.ndarray) -> float:
    """Standard error of a sample's variance, from its fourth moment."""
    squares = (values - values.mean()) ** 2
    return squares.std(ddof=1) / np.sqrt(len(values))
