"""Expected utility and utility variance of designs for a model with additive Gaussian noise, by a way that is named.

evaluate = estimator(problem, "automatic", samples=10_000, designs=designs)
evaluate(key, design).self_normalised.expected_utility
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed import marginals
from boed.arrays import AnyArray
from boed.gaussian_noise import GaussianNoise
from boed.information_gains import (
    Design,
    Forward,
    Gains,
    Moments,
    Outcomes,
    Samples,
    gains,
    gridded,
    moments,
    nested_moments,
    reused,
)
from boed.priors import Prior
from boed.standard_errors import uniform, with_standard_errors

BLOCK = 16
NOISE_REACH = 9.0
# values of y a deviation: at two, the trapezoidal rule's error is below 1e-15
VALUES_A_DEVIATION = 2
Designs = Float[AnyArray, "designs coordinates"]


class Problem(NamedTuple):
    """What an experiment's utility depends on: forward map (θ, d) → (m,), noise of the m outputs, prior of θ."""

    forward: Forward
    noise: GaussianNoise
    prior: Prior


class Estimates(NamedTuple):
    """U and V by the self-normalised weights and as published, from the same samples."""

    self_normalised: Moments
    nested: Moments


def draw(problem: Problem, key: PRNGKeyArray, samples: int, outputs: int) -> Samples:
    """N parameters and the noise of their data; the same key at every design gives common random samples (§3.2.1)."""
    first, second = jax.random.split(key)
    return Samples(problem.prior.sample(first, samples), jax.random.normal(second, (samples, outputs)))


def way(problem: Problem, name: str, designs: Designs) -> marginals.Way:
    """`pairwise`, `fast`, or `automatic`: fast where it can be. Fast sums have room for data at all `designs`.

    Raises ValueError for another name, and for fast sums where the noise varies or there are more than two outputs.
    """
    constant = problem.noise.constant
    possible = constant is not None and len(constant) <= 2
    chosen = {"automatic": "fast" if possible else "pairwise"}.get(name, name)
    if chosen == "pairwise":
        return marginals.pairwise(problem.noise, BLOCK)
    if chosen != "fast":
        raise ValueError(f"no way named {name!r} to sum over samples: pairwise, fast or automatic")
    if not possible:
        raise ValueError("fast sums need noise that does not depend on the prediction, and one or two outputs")
    return marginals.fast(problem.noise, marginals.modes_needed(widest(problem, designs) + 2 * NOISE_REACH))


def widest(problem: Problem, designs: Designs) -> float:
    """Greatest spread of predictions over the prior at any of the designs, in deviations of constant noise."""
    parameters, _ = problem.prior.nodes(200)

    # one compiled function: small operations one by one would cost a job's start a second
    @jax.jit
    def spread(designs):
        predicted = jax.vmap(jax.vmap(problem.forward, (0, None)), (None, 0))(parameters, designs)
        return jnp.max(jax.vmap(lambda own: marginals.spread(problem.noise, own))(predicted))

    return float(spread(designs))


def outcomes(problem: Problem, name: str, samples: int, designs: Designs) -> Callable[[PRNGKeyArray, Design], Outcomes]:
    """(key, design) → outcomes of `samples` runs of the experiment, each sample an inner one too."""
    weights, chosen, outputs = uniform(samples), way(problem, name, designs), designs.shape[1]

    def evaluate(key, design):
        drawn = draw(problem, key, samples, outputs)
        return reused(problem.forward, problem.noise, chosen, drawn, weights, design)

    return evaluate


def estimator(
    problem: Problem, name: str, samples: int, designs: Designs
) -> Callable[[PRNGKeyArray, Design], Estimates]:
    """(key, design) → U and V by both estimators."""
    outcome = outcomes(problem, name, samples, designs)

    def evaluate(key, design):
        found = outcome(key, design)
        return Estimates(moments(gains(found)), nested_moments(found))

    return evaluate


def estimator_with_errors(
    problem: Problem, name: str, samples: int, designs: Designs
) -> Callable[[PRNGKeyArray, Design], tuple[Estimates, Estimates]]:
    """(key, design) → U and V by both estimators, and the standard error of each."""
    weights, chosen, outputs = uniform(samples), way(problem, name, designs), designs.shape[1]

    def evaluate(key, design):
        drawn = draw(problem, key, samples, outputs)

        def statistics(weights):
            found = reused(problem.forward, problem.noise, chosen, drawn, weights, design)
            return Estimates(moments(gains(found)), nested_moments(found))

        return with_standard_errors(statistics, weights)

    return evaluate


def quadrature(problem: Problem, nodes: int, designs: Designs) -> Callable[[Design], Gains]:
    """Design → gains of a scalar datum by quadrature over θ and y: no random numbers; room for all `designs`."""
    if problem.noise.constant is None or len(problem.noise.constant) != 1:
        raise ValueError("quadrature is for one output with noise that does not depend on the prediction")
    values = int(np.ceil(VALUES_A_DEVIATION * (widest(problem, designs) + 2 * NOISE_REACH)))
    rule, chosen = problem.prior.nodes(nodes), marginals.pairwise(problem.noise, BLOCK)
    return lambda design: gridded(problem.forward, problem.noise, chosen, rule, values, design)


def checked(objective: Callable, lower: Float[AnyArray, " coordinates"], upper: Float[AnyArray, " coordinates"]):
    """The objective for callers outside JAX: ValueError for a design out of bounds, or where a value is not finite."""

    def evaluate(design, *arguments):
        design = np.asarray(design, dtype=float)
        if design.shape != np.shape(lower) or not np.all((lower <= design) & (design <= upper)):
            raise ValueError(f"design {design.tolist()} is not within {np.asarray(lower)} … {np.asarray(upper)}")
        value = jax.tree.map(np.asarray, objective(design, *arguments))
        if not all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(value)):
            raise ValueError(f"the utility of design {design.tolist()} is not finite: does the model return NaN there?")
        return value

    return evaluate
