"""What the utility of an experiment depends on, and samples of it: parameters and the noise of
their data.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.gaussian_noise import GaussianNoise, Predictions
from boed.inference.priors import Prior

# quadrature nodes of the prior over which the spread of a model's predictions is looked at
NODES = 200
Design = Float[AnyArray, " coordinates"]
Designs = Float[AnyArray, "designs coordinates"]
Forward = Callable[[Float[AnyArray, " parameters"], Design], Float[AnyArray, " outputs"]]


class Problem(NamedTuple):
    """What an experiment's utility depends on: forward map (θ, d) → (m,), noise of the m outputs,
    prior of θ.
    """

    forward: Forward
    noise: GaussianNoise
    prior: Prior


class Samples(NamedTuple):
    """Parameters (N, dim) drawn from the prior, and standard normal numbers (N, m) for the noise of
    their data.
    """

    parameters: Float[AnyArray, "samples parameters"]
    noise: Float[AnyArray, "samples outputs"]


def draw(problem: Problem, key: PRNGKeyArray, samples: int, outputs: int) -> Samples:
    """N parameters and the noise of their data; the same key at every design gives common random
    samples (mean_variance §3.2.1).
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


def predictions(
    problem: Problem, parameters: Float[AnyArray, "samples parameters"], design: Design
) -> Predictions:
    """Noise-free data of many parameters at one design, (samples, outputs)."""
    return jax.vmap(problem.forward, (0, None))(parameters, design)


def predictions_at(
    problem: Problem, parameters: Float[AnyArray, "samples parameters"], designs: Designs
) -> Float[AnyArray, "designs samples outputs"]:
    """Noise-free data of many parameters at many designs."""
    return jax.vmap(lambda design: predictions(problem, parameters, design))(designs)
