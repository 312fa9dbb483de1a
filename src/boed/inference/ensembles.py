"""Ensembles and samples around current weights, and the standard normal numbers with them."""

from typing import NamedTuple

import jax
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray


class Shape(NamedTuple):
    """How many members an ensemble has, and for how many EKI iterations with how many outputs."""

    members: int
    iterations: int
    outputs: int


class Draw(NamedTuple):
    """An ensemble, and the standard normal perturbations of its observations."""

    ensemble: Float[AnyArray, "members parameters"]
    perturbations: Float[AnyArray, "iterations members outputs"]


class Samples(NamedTuple):
    """Weights, and standard normal noise of the data that a design may give if they are true."""

    weights: Float[AnyArray, "samples parameters"]
    noise: Float[AnyArray, "samples outputs"]


def draw(
    key: PRNGKeyArray, mean: Float[AnyArray, " parameters"], deviation: float, shape: Shape
) -> Draw:
    """An ensemble N(mean, deviation² I) and the perturbations of its observations."""
    members, iterations, outputs = shape
    first, second = jax.random.split(key)
    ensemble = mean + deviation * jax.random.normal(first, (members, mean.size))
    return Draw(ensemble, jax.random.normal(second, (iterations, members, outputs)))


def draw_samples(
    key: PRNGKeyArray,
    mean: Float[AnyArray, " parameters"],
    deviation: float,
    samples: int,
    outputs: int,
) -> Samples:
    """Weights N(mean, deviation² I) and the noise of their data."""
    first, second = jax.random.split(key)
    weights = mean + deviation * jax.random.normal(first, (samples, mean.size))
    return Samples(weights, jax.random.normal(second, (samples, outputs)))
