"""Utility and its variance for one design by the ways of summing, against plain NumPy: rows of the
benchmarks.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.costs.profiling import cost
from boed.costs.side_by_side import Error, Row, needed_megabytes, relative
from boed.design.estimators import sampled_utility
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import gains, moments
from boed.design.utility_problem import Designs, Problem, draw
from boed.studies.risk import risk_problem
from boed.timing import median_seconds

ROWS = 1000


def numpy_moments(
    predictions: np.ndarray, observed: np.ndarray, deviation: float
) -> tuple[float, float]:
    """U and V by self-normalised weights, (N,) predictions and observations, ROWS of the matrix at
    a time.
    """
    gained = []
    for start in range(0, len(observed), ROWS):
        distance = (observed[start : start + ROWS, None] - predictions) / deviation
        log_likelihood = -0.5 * distance**2 - np.log(deviation) - 0.5 * np.log(2 * np.pi)
        likelihood = np.exp(log_likelihood)
        evidence = likelihood.mean(axis=1)
        gained.append((likelihood * log_likelihood).mean(axis=1) / evidence - np.log(evidence))
    every = np.concatenate(gained)
    return every.mean(), every.var()


class Measured(NamedTuple):
    """A risk study's problem at one design, and NumPy's way to U and V there."""

    problem: Problem
    design: Float[AnyArray, "1"]
    room: Designs
    key: PRNGKeyArray
    numpy: Callable[[], tuple[float, float]]


def measured(settings: dict) -> Measured:
    """What all rows share, from the same samples."""
    block, key = settings["utility"], jax.random.key(settings["seed"])
    problem, design = risk_problem.problem(block), jnp.array([block["place"]])
    drawn = draw(problem, key, block["count"], 1)
    predictions = np.asarray(jax.vmap(problem.forward, (0, None))(drawn.parameters, design))[:, 0]
    observed = predictions + block["noise"]["constant"] * np.asarray(drawn.noise)[:, 0]
    theirs = partial(numpy_moments, predictions, observed, block["noise"]["constant"])
    return Measured(problem, design, risk_problem.corners(1, block), key, theirs)


class Kernel(NamedTuple):
    """A function of the design, and the words for it in the table."""

    name: str
    setting: str
    function: Callable
    error: Error = relative


def row(kernel: Kernel, at: Measured, repeats: int) -> Row:
    """A kernel against NumPy's moments, from the same samples."""
    spent, returned = cost(kernel.function, at.design, repeats=repeats)
    slow = median_seconds(at.numpy, 3)
    return Row(
        kernel=kernel.name,
        setting=kernel.setting,
        seconds=spent.seconds,
        baseline=f"NumPy, values only, {ROWS} rows a time",
        baseline_seconds=slow,
        ratio=slow / spent.seconds,
        peak_mb=needed_megabytes(spent),
        error=kernel.error(returned, np.array(at.numpy())),
    )


def by_samples(settings: dict, way: str) -> Row:
    """U and V from N samples by one way of summing; the error is the distance from NumPy's sum over
    all pairs.
    """
    at, count = measured(settings), settings["utility"]["count"]
    outcomes = sampled_utility(at.problem, way, count, at.room).outcomes

    def values(design):
        return jnp.stack(moments(gains(outcomes(at.key, design))))

    return row(Kernel(f"U and V, {way}", f"N = {count}", values), at, settings["repeats"])


def gradients(settings: dict) -> Row:
    """U and V with their gradients by fast sums, against NumPy's values alone."""
    at, count = measured(settings), settings["utility"]["count"]
    outcomes = sampled_utility(at.problem, "fast", count, at.room).outcomes

    def both(design):
        """U and V, and the gradient of each."""
        values, pullback = jax.vjp(
            lambda design: jnp.stack(moments(gains(outcomes(at.key, design)))), design
        )
        return values, [pullback(direction)[0] for direction in jnp.eye(2)]

    kernel = Kernel("U and V, fast, with gradients", f"N = {count}", both, values_of_both)
    return row(kernel, at, settings["repeats"])


def values_of_both(returned, expected) -> float:
    """The error of the values that are returned with gradients."""
    return relative(returned[0], expected)


def by_quadrature(settings: dict) -> Row:
    """U and V without sampling; the error is that of the estimate from N samples, against it."""
    at, block = measured(settings), settings["utility"]
    exact = gain_quadrature(at.problem, block["quadrature_nodes"], at.room)

    def values(design):
        return jnp.stack(moments(exact(design)))

    setting = f"{block['quadrature_nodes']} nodes; error of {block['count']} samples"
    kernel = Kernel("U and V, quadrature", setting, values, error_of_samples)
    return row(kernel, at, settings["repeats"])


def error_of_samples(returned, expected) -> float:
    """The error of NumPy's sampled values against the kernel's exact ones."""
    return relative(expected, returned)


UTILITY_KERNELS = {
    "utility_fast": partial(by_samples, way="fast"),
    "utility_pairwise": partial(by_samples, way="pairwise"),
    "utility_gradients": gradients,
    "utility_by_quadrature": by_quadrature,
}
