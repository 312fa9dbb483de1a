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
from boed.inference import gaussian_noise
from boed.studies.risk import designs_looked_at, risk_problem
from boed.timing import median_seconds

ROWS = 1000
# deviation of noise that varies: that of the study, and this part of the prediction
RELATIVE = 0.1
Vector = Float[np.ndarray, " samples"]


class Data(NamedTuple):
    """Predictions, observations, and deviations of the noise at these predictions."""

    predictions: Vector
    observed: Vector
    deviations: Vector

    def rows(self):
        """Log-likelihoods of some observations under all predictions, ROWS of the matrix at a time,
        and which they are.
        """
        for start in range(0, len(self.observed), ROWS):
            chosen = slice(start, start + ROWS)
            distance = (self.observed[chosen, None] - self.predictions) / self.deviations
            constant = np.log(self.deviations) + 0.5 * np.log(2 * np.pi)
            yield chosen, -0.5 * distance**2 - constant

    def gains(self) -> Vector:
        """Gain of every observation, by self-normalised weights."""
        gained = np.empty(len(self.observed))
        for chosen, log_likelihood in self.rows():
            likelihood = np.exp(log_likelihood)
            evidence = likelihood.mean(axis=1)
            mean = (likelihood * log_likelihood).mean(axis=1) / evidence
            gained[chosen] = mean - np.log(evidence)
        return gained


def numpy_moments(data: Data) -> tuple[float, float]:
    """U and V by self-normalised weights."""
    gained = data.gains()
    return gained.mean(), gained.var()


def numpy_errors(data: Data) -> tuple[float, ...]:
    """U, V and their standard errors: what each moves by when a little weight moves to a sample."""
    gained, count = data.gains(), len(data.observed)
    left = gained - gained.mean()
    influences = np.stack([left, left**2 - gained.var()])
    for chosen, log_likelihood in data.rows():
        share = np.exp(log_likelihood)
        share /= share.sum(axis=1, keepdims=True)
        mean = np.sum(share * log_likelihood, axis=1, keepdims=True)
        by_weight = share * (log_likelihood - mean - 1)
        influences += np.stack([np.ones_like(left), 2 * left])[:, chosen] @ by_weight
    # weights add up to one: what all of them have in common moves nothing
    influences -= influences.mean(axis=1, keepdims=True)
    errors = np.sqrt(np.sum((influences / count) ** 2, axis=1))
    return gained.mean(), gained.var(), *errors


class Measured(NamedTuple):
    """A risk study's problem at one design, and what NumPy computes its numbers from."""

    problem: Problem
    design: Float[AnyArray, "1"]
    room: Designs
    key: PRNGKeyArray
    data: Data


def measured(settings: dict, relative_noise: float = 0.0) -> Measured:
    """What all rows share, from the same samples; relative_noise: part of the prediction that the
    noise's deviation grows by.
    """
    block, key = settings["utility"], jax.random.key(settings["seed"])
    problem, design = risk_problem.problem(block), jnp.array([block["place"]])
    spread = {"constant": block["noise"]["constant"], "relative": relative_noise}
    problem = problem._replace(noise=gaussian_noise.of_settings(spread, 1))
    drawn = draw(problem, key, block["count"], 1)
    predicted = jax.vmap(problem.forward, (0, None))(drawn.parameters, design)
    observed = gaussian_noise.perturbed(problem.noise, predicted, drawn.noise)
    deviations = jax.vmap(problem.noise.deviation)(predicted)
    data = Data(*(np.asarray(part)[:, 0] for part in (predicted, observed, deviations)))
    room = jnp.asarray(designs_looked_at.room(designs_looked_at.region(block)))
    return Measured(problem=problem, design=design, room=room, key=key, data=data)


class Straight(NamedTuple):
    """NumPy's way to the same numbers, and the words for it in the table."""

    name: str
    function: Callable[[Data], tuple[float, ...]]


VALUES = Straight(f"NumPy, values only, {ROWS} rows a time", numpy_moments)
ERRORS = Straight(f"NumPy, with errors, {ROWS} rows a time", numpy_errors)


class Kernel(NamedTuple):
    """A function of the design, and the words for it in the table."""

    name: str
    setting: str
    function: Callable
    error: Error = relative
    straight: Straight = VALUES


def row(kernel: Kernel, at: Measured, repeats: int) -> Row:
    """A kernel against NumPy's numbers, from the same samples."""
    spent, returned = cost(kernel.function, at.design, repeats=repeats)
    slow = median_seconds(lambda: kernel.straight.function(at.data), 3)
    return Row(
        kernel=kernel.name,
        setting=kernel.setting,
        seconds=spent.seconds,
        baseline=kernel.straight.name,
        baseline_seconds=slow,
        ratio=slow / spent.seconds,
        peak_mb=needed_megabytes(spent),
        error=kernel.error(returned, np.array(kernel.straight.function(at.data))),
    )


def by_samples(settings: dict, way: str, relative_noise: float = 0.0) -> Row:
    """U and V from N samples by one way of summing; the error is the distance from NumPy's sum over
    all pairs.
    """
    at, count = measured(settings, relative_noise), settings["utility"]["count"]
    outcomes = sampled_utility(at.problem, way, count, at.room).outcomes

    def values(design):
        return jnp.stack(moments(gains(outcomes(at.key, design))))

    name = f"U and V, {way}" + (", noise that varies" if relative_noise else "")
    return row(Kernel(name, f"N = {count}", values), at, settings["repeats"])


def with_errors(settings: dict) -> Row:
    """U and V and the standard error of each, with noise that varies; the error is the distance
    from NumPy's.
    """
    at, count = measured(settings, RELATIVE), settings["utility"]["count"]
    utility = sampled_utility(at.problem, "automatic", count, at.room)

    def values(design):
        both = utility.estimates_with_errors(at.key, design)
        return jnp.stack([part for each in both for part in each.self_normalised])

    name = "U and V with standard errors, noise that varies"
    kernel = Kernel(name, f"N = {count}", values, each_relative, ERRORS)
    return row(kernel, at, settings["repeats"])


def each_relative(returned, expected) -> float:
    """The greatest relative error of numbers of different size."""
    return float(np.max(np.abs(np.asarray(returned) / expected - 1)))


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
    "utility_varying": partial(by_samples, way="automatic", relative_noise=RELATIVE),
    "utility_errors": with_errors,
}
