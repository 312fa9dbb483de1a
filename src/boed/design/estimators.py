"""Expected utility and utility variance of designs for a model with additive Gaussian noise, by a
way that is named.

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
from boed.arrays import AnyArray
from boed.design import evidence
from boed.design.jackknife import uniform, with_standard_errors
from boed.design.nested_monte_carlo import (
    UTILITIES,
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
    tabulated_pointwise,
)
from boed.inference.gaussian_noise import GaussianNoise
from boed.inference.priors import Prior

BLOCK = 16
NODES = 200
# complex numbers of 16 bytes, and four times as many while they are transformed
MOST_MODES = 4_000_000
NOISE_REACH = 9.0
# values of y a deviation: at two, the trapezoidal rule's error is below 1e-15
VALUES_A_DEVIATION = 2
Designs = Float[AnyArray, "designs coordinates"]


class Problem(NamedTuple):
    """What an experiment's utility depends on: forward map (θ, d) → (m,), noise of the m outputs,
    prior of θ.
    """

    forward: Forward
    noise: GaussianNoise
    prior: Prior


class Estimates(NamedTuple):
    """U and V by the self-normalised weights and as published, from the same samples."""

    self_normalised: Moments
    nested: Moments


def draw(problem: Problem, key: PRNGKeyArray, samples: int, outputs: int) -> Samples:
    """N parameters and the noise of their data; the same key at every design gives common random
    samples (§3.2.1).
    """
    first, second = jax.random.split(key)
    return Samples(
        problem.prior.sample(first, samples), jax.random.normal(second, (samples, outputs))
    )


def outputs_of(problem: Problem, designs: Designs) -> int:
    """How many numbers the experiment gives; not to be mistaken for the coordinates of a design."""
    if problem.noise.constant is not None:
        return len(problem.noise.constant)
    parameters, _ = problem.prior.nodes(NODES)
    return jax.eval_shape(problem.forward, parameters[0], designs[0]).shape[0]


def way(problem: Problem, name: str, designs: Designs) -> evidence.Way:
    """`pairwise`, `fast`, or `automatic`: fast where it can be. Fast sums have room for data at all
    `designs`.

    Raises ValueError for another name, where the model gives no finite prediction, and for fast
    sums where the noise varies, there are more than two outputs, or the data spread over so many
    deviations that the modes would not fit.
    """
    if name not in ("pairwise", "fast", "automatic"):
        raise ValueError(f"no way named {name!r} to sum over samples: pairwise, fast or automatic")
    constant = problem.noise.constant
    if name == "pairwise" or (name == "automatic" and (constant is None or len(constant) > 2)):
        return evidence.pairwise(problem.noise, BLOCK)
    if constant is None or len(constant) > 2:
        raise ValueError(
            "fast sums need noise that does not depend on the prediction, and one or two outputs"
        )
    modes = evidence.modes_needed(widest(problem, designs) + 2 * NOISE_REACH)
    if modes ** len(constant) <= MOST_MODES:
        return evidence.fast(problem.noise, modes)
    if name == "automatic":
        return evidence.pairwise(problem.noise, BLOCK)
    raise ValueError(
        f"fast sums would need {modes} modes an output, more than {MOST_MODES} in all: use pairwise"
    )


def widest(problem: Problem, designs: Designs) -> float:
    """Greatest spread of predictions over the prior at any of the designs, in deviations of
    constant noise.

    Raises ValueError naming the first design at which a prediction is not finite.
    """
    parameters, _ = problem.prior.nodes(NODES)

    # one compiled function: small operations one by one would cost a job's start a second
    @jax.jit
    def spreads(designs):
        predicted = jax.vmap(jax.vmap(problem.forward, (0, None)), (None, 0))(parameters, designs)
        return jax.vmap(lambda own: evidence.spread(problem.noise, own))(predicted)

    every = np.asarray(spreads(designs))
    if not np.isfinite(every).all():
        wrong = np.asarray(designs)[np.argmin(np.isfinite(every))].tolist()
        raise ValueError(f"the model's predictions at design {wrong} are not all finite")
    return float(every.max())


def outcomes(
    problem: Problem, name: str, samples: int, designs: Designs
) -> Callable[[PRNGKeyArray, Design], Outcomes]:
    """(key, design) → outcomes of `samples` runs of the experiment, each sample an
    inner one too.
    """
    weights, chosen, outputs = (
        uniform(samples),
        way(problem, name, designs),
        outputs_of(problem, designs),
    )

    def evaluate(key, design):
        """The outcomes of this design."""
        drawn = draw(problem, key, samples, outputs)
        return reused(problem.forward, problem.noise, chosen, drawn, weights, design)

    return evaluate


def estimator(
    problem: Problem, name: str, samples: int, designs: Designs
) -> Callable[[PRNGKeyArray, Design], Estimates]:
    """(key, design) → U and V by both estimators."""
    outcome = outcomes(problem, name, samples, designs)

    def evaluate(key, design):
        """The estimates of this design."""
        found = outcome(key, design)
        return Estimates(moments(gains(found)), nested_moments(found))

    return evaluate


def estimator_with_errors(
    problem: Problem, name: str, samples: int, designs: Designs
) -> Callable[[PRNGKeyArray, Design], tuple[Estimates, Estimates]]:
    """(key, design) → U and V by both estimators, and the standard error of each."""
    weights, chosen, outputs = (
        uniform(samples),
        way(problem, name, designs),
        outputs_of(problem, designs),
    )

    def evaluate(key, design):
        """The estimates of this design and the standard error of each."""
        drawn = draw(problem, key, samples, outputs)

        def statistics(weights):
            """The estimates by weighted samples."""
            found = reused(problem.forward, problem.noise, chosen, drawn, weights, design)
            return Estimates(moments(gains(found)), nested_moments(found))

        return with_standard_errors(statistics, weights)

    return evaluate


def quadrature(
    problem: Problem, nodes: int, designs: Designs, utility: str = "divergence"
) -> Callable[[Design], Gains]:
    """Design → gains of a scalar datum by quadrature over θ and y: no random numbers; room for all
    `designs`.

    utility: a name in UTILITIES; the pointwise one has a value for every θ and y. Raises ValueError
    for another name, for other data, and for nodes whose predictions lie further apart than the
    noise reaches.
    """
    if utility not in UTILITIES:
        raise ValueError(f"no utility named {utility!r}: {' or '.join(UTILITIES)}")
    if problem.noise.constant is None or len(problem.noise.constant) != 1:
        raise ValueError(
            "quadrature is for one output with noise that does not depend on the prediction"
        )
    values = int(np.ceil(VALUES_A_DEVIATION * (widest(problem, designs) + 2 * NOISE_REACH)))
    rule, chosen = problem.prior.nodes(nodes), evidence.pairwise(problem.noise, BLOCK)
    gap = widest_gap(problem, rule[0], designs)
    if gap > 1:
        needed = int(np.ceil(1.2 * gap * nodes))
        raise ValueError(
            f"{nodes} quadrature nodes leave gaps of {gap:.1f} noise "
            f"deviations: take {needed} or more"
        )
    if utility == "divergence":
        return lambda design: gridded(problem.forward, problem.noise, chosen, rule, values, design)
    predicted = jax.vmap(problem.forward, (0, None))
    return lambda design: tabulated_pointwise(
        predicted(rule[0], design), rule[1], problem.noise, values
    )


def widest_gap(
    problem: Problem, parameters: Float[AnyArray, "nodes parameters"], designs: Designs
) -> float:
    """Greatest distance between the predictions of neighbouring nodes at any design, in
    deviations.
    """

    @jax.jit
    def gaps(designs):
        predicted = jax.vmap(jax.vmap(problem.forward, (0, None)), (None, 0))(parameters, designs)
        return jnp.max(jnp.abs(jnp.diff(predicted[..., 0], axis=1)))

    return float(gaps(designs) / problem.noise.constant[0, 0])


def checked(
    objective: Callable,
    lower: Float[AnyArray, " coordinates"],
    upper: Float[AnyArray, " coordinates"],
):
    """The objective for callers outside JAX: ValueError for a design out of bounds, or where a
    value is not finite.
    """

    def evaluate(design, *arguments):
        """The objective of a design that is within bounds."""
        design = np.asarray(design, dtype=float)
        if design.shape != np.shape(lower) or not np.all((lower <= design) & (design <= upper)):
            raise ValueError(
                f"design {design.tolist()} is not within {np.asarray(lower)} … {np.asarray(upper)}"
            )
        value = jax.tree.map(np.asarray, objective(design, *arguments))
        if not all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(value)):
            raise ValueError(
                f"the utility of design {design.tolist()} is not finite: does the model "
                "return NaN there, or have fast "
                "sums no room for its data?"
            )
        return value

    return evaluate
