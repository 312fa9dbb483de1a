"""What the utility of an experiment depends on, and samples of it: parameters and the noise of
their data.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.gaussian_noise import GaussianNoise, Predictions
from boed.inference.joint_priors import Empirical
from boed.inference.priors import Prior

# quadrature nodes of one parameter, or samples of several, at which a model is looked at beforehand
NODES, SAMPLES = 200, 1000
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
    """How many numbers the experiment gives; not to be mistaken for the coordinates of a design.

    Raises ValueError where the model returns no vector, or one whose length is not the noise's.
    """
    parameters = jax.ShapeDtypeStruct((len(problem.prior.mean),), float)
    returned = jax.eval_shape(problem.forward, parameters, jnp.asarray(designs)[0])
    shape = getattr(returned, "shape", None)
    if shape == ():
        raise ValueError(
            "the model returns a single number, where a vector of outputs is needed: return "
            "jnp.array([value]), or jnp.atleast_1d(value)"
        )
    if shape is None or len(shape) != 1 or shape[0] < 1:
        kind = type(returned).__name__ if shape is None else f"an array of shape {shape}"
        raise ValueError(f"the model returns {kind}, where a vector of outputs is needed")
    constant = problem.noise.constant
    if constant is not None and len(constant) != shape[0]:
        raise ValueError(
            f"the model returns {shape[0]} output{'s' * (shape[0] != 1)}, but its noise is for "
            f"{len(constant)}"
        )
    return shape[0]


def require_design(design: Design, coordinates: int) -> None:
    """Raise ValueError unless a design has so many coordinates: a model may take another length,
    and give another experiment.
    """
    if np.shape(design) != (coordinates,):
        raise ValueError(
            f"the design has shape {np.shape(design)}, but the experiment's designs have "
            f"{coordinates} coordinate{'s' * (coordinates != 1)} each: shape ({coordinates},)"
        )


def everywhere(problem: Problem) -> Float[AnyArray, "points parameters"]:
    """Parameters all over the prior, at which a model is looked at before it is used: quadrature
    nodes of one parameter, samples of several.
    """
    if len(problem.prior.mean) > 1 or isinstance(problem.prior, Empirical):
        return problem.prior.sample(jax.random.key(0), SAMPLES)
    parameters, _ = problem.prior.nodes(NODES)
    return parameters


def require_finite(
    problem: Problem, designs: Designs
) -> tuple[
    Float[np.ndarray, "designs points outputs"], Float[np.ndarray, "designs points outputs"]
]:
    """Predictions all over the prior and the deviations of their noise.

    Raises ValueError naming the first design at which one is no number that can be used.
    """
    parameters = everywhere(problem)

    # one compiled function, and one design at a time: there may be many of both
    @jax.jit
    def surveyed(designs):
        return jax.lax.map(lambda design: _surveyed(problem, parameters, design), designs)

    predicted, deviations = (np.asarray(part) for part in surveyed(jnp.asarray(designs)))
    whats = {
        "model's predictions at design {} are not all finite": np.isfinite(predicted),
        "noise's deviations at design {} are not all positive and finite": (
            np.isfinite(deviations) & (deviations > 0)
        ),
    }
    for what, sound in whats.items():
        if not sound.all():
            wrong = np.asarray(designs)[np.argmin(sound.all(axis=(1, 2)))].tolist()
            raise ValueError(f"the {what.format(wrong)}")
    return predicted, deviations


def _surveyed(problem, parameters, design):
    predicted = predictions(problem, parameters, design)
    return predicted, jax.vmap(problem.noise.deviation)(predicted)


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
