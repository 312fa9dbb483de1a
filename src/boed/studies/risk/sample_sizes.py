"""Û and V̂ of many runs with N, N₁ and N₂ apart, beside what is exactly known of the same outer
samples.
"""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.nested_monte_carlo import Moments, nested_moments
from boed.design.utility_problem import Design, Problem
from boed.studies.risk.leading_orders import (
    CONSTANTS,
    Exact,
    exact,
    linear_part,
    marginals,
    predicted,
)
from boed.studies.risk.separate_samples import SeparateSamples, separate_samples

# likelihoods at once: with fewer, threads wait for each other longer than they compute
TOGETHER = 2**20
PREDICTED = ("bias", "variance", "inner_variance")
# estimates beyond are counted as this: of far data, ratios of densities leave the range of a double
LARGEST = 1e60
PerRun = Float[AnyArray, " runs"]


def signal_and_noise(settings: dict, design: float) -> tuple[float, float]:
    """Deviations of prediction and noise of a linear-Gaussian study (mean_variance Eq. 42) at a
    design.
    """
    (parameter,) = settings["parameters"].values()
    (noise,) = np.ravel(settings["noise"]["constant"])
    return parameter["normal"]["deviation"] * abs(design), float(noise)


def runs_of(numbers: tuple[int, int, int], likelihoods: int | float) -> tuple[int, int]:
    """How often how many runs at once, that they take about so many inner likelihoods; two runs at
    least.
    """
    outer, first, second = numbers
    size = outer * (first + second)
    runs = max(2, round(likelihoods / size))
    together = min(max(1, TOGETHER // size), runs)
    return round(runs / together), together


@dataclass(frozen=True, eq=False)
class Runs:
    """Û and V̂ of many independent runs of an experiment, and both to first order.

    First order is with exact inner expectations: means over outcomes, whose own means are U and V.
    What the estimates have more is their bias, and the noise of inner samples apart from that of
    outer ones.
    """

    experiment: SeparateSamples

    @partial(jax.jit, static_argnums=0)
    def __call__(
        self, keys: Key[AnyArray, "times together"], design: Design, known: Exact
    ) -> tuple[Moments, Moments]:
        """Both of every run, (runs,) each; so many together, so many times."""
        several = jax.vmap(lambda key: self._one(key, design, known))
        return jax.tree.map(jnp.ravel, jax.lax.map(several, keys))

    def _one(self, key, design, known):
        """Both of one run."""
        problem = self.experiment.problem
        centre = problem.forward(problem.prior.nodes(3)[0][1], design)
        observed, outcomes = self.experiment(key, design)
        evidence, mean = marginals(known, observed[:, 0] - centre[0])
        part = linear_part(outcomes.log_likelihood, evidence, mean, known.utility)
        expected = outcomes.weights @ (outcomes.log_likelihood - evidence)
        # the mean of the linear part is V − U²
        first_order = Moments(expected, outcomes.weights @ part + known.utility**2)
        return nested_moments(outcomes), first_order


def measured(
    problem: Problem, settings: dict, numbers: tuple[int, int, int], inner: str, key: PRNGKeyArray
) -> list:
    """[[statistics of Û, of V̂]] at every design of a study's `sample_sizes`, with common random
    numbers.
    """
    block = settings["sample_sizes"]
    designs = jnp.asarray(block["designs"], dtype=float)[:, None]
    runs = Runs(separate_samples(problem, numbers, inner, designs))
    keys = jax.random.split(key, runs_of(numbers, block["likelihoods"]))
    rows = []
    for place, design in zip(block["designs"], designs, strict=True):
        known = exact(*signal_and_noise(settings, place))
        triples = zip(*runs(keys, design, known), (known.utility, known.variance), strict=True)
        rows.append([statistics(*triple) for triple in triples])
    return rows


def expected(settings: dict, numbers: tuple[int, int, int], inner: str) -> list:
    """[[leading orders of Û, of V̂]] in the same form: {name: value}."""
    pairs = [signal_and_noise(settings, design) for design in settings["sample_sizes"]["designs"]]
    return [
        [
            dict(zip(PREDICTED, predicted(constants(*pair), numbers, inner), strict=True))
            for constants in CONSTANTS.values()
        ]
        for pair in pairs
    ]


def statistics(estimates: PerRun, first_order: PerRun, value: float) -> dict[str, float]:
    """Bias and variance over runs, each with its standard error; the bias by the first order as
    control variate.

    inner_variance: what is left without the first order; median_error: of the runs' median from the
    exact value.
    """
    values = np.clip(np.nan_to_num(np.asarray(estimates), nan=LARGEST), -LARGEST, LARGEST)
    left = values - np.asarray(first_order)
    return {
        "bias": left.mean(),
        "bias_error": left.std(ddof=1) / np.sqrt(len(left)),
        "variance": values.var(ddof=1),
        "variance_error": _error_of_variance(values),
        "inner_variance": left.var(ddof=1),
        "inner_variance_error": _error_of_variance(left),
        "median_error": np.median(values) - value,
    }


def _error_of_variance(values: np.ndarray) -> float:
    """Standard error of a sample's variance, from its fourth moment."""
    squares = (values - values.mean()) ** 2
    return squares.std(ddof=1) / np.sqrt(len(values))
