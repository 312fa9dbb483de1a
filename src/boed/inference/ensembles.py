"""Ensembles and samples around current weights, and the standard normal numbers that go
with them.
"""

import jax
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray


def draw(
    key,
    mean: Float[AnyArray, " parameters"],
    deviation: float,
    members: int,
    iterations: int,
    outputs: int,
):
    """An ensemble N(mean, deviation² I) and the standard normal perturbations of its
    observations.
    """
    first, second = jax.random.split(key)
    ensemble = mean + deviation * jax.random.normal(first, (members, mean.size))
    return ensemble, jax.random.normal(second, (iterations, members, outputs))


def draw_samples(
    key, mean: Float[AnyArray, " parameters"], deviation: float, samples: int, outputs: int
):
    """Weights N(mean, deviation² I) and standard normal noise of the data that a design
    may give.
    """
    first, second = jax.random.split(key)
    weights = mean + deviation * jax.random.normal(first, (samples, mean.size))
    return weights, jax.random.normal(second, (samples, outputs))
