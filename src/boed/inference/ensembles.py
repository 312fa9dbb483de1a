"""Ensembles and samples around current weights, and the standard normal numbers with them; members
that fail.
"""

import logging
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

LOG = logging.getLogger("boed")

Values = Float[AnyArray, "members columns"]
# which members have given finite predictions
Working = Bool[AnyArray, " members"]


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


def settled(values: Values, working: Working) -> Values:
    """The values with those of members that do not work replaced by the mean of those that do:
    they have that mean and no anomaly.

    NaN where no member works.
    """
    kept = working[:, None]
    average = jnp.sum(jnp.where(kept, values, 0.0), axis=0) / jnp.sum(working)
    return jnp.where(kept, values, average)


def copied(values: Float[AnyArray, "*many members columns"], working: Working):
    """The values with those of members that do not work replaced by the first that does."""
    return jnp.where(working[:, None], values, values[..., jnp.argmax(working)[None], :])


def report_failures(working: Bool[np.ndarray, "*many members"]) -> None:
    """Log a warning that counts and names the members left out of each ensemble, along the leading
    axes.

    Raises ValueError where fewer than two members are left, of which there is no covariance.
    """
    many = np.reshape(working, (-1, np.shape(working)[-1]))
    for number, own in enumerate(many):
        failed = np.flatnonzero(~own)
        whose = "" if len(many) == 1 else f"ensemble {number}: "
        if own.sum() < 2:
            raise ValueError(
                f"{whose}{failed.size} of {own.size} members of the ensemble give no finite "
                "prediction: look for parameters or designs where the model gives NaN or infinity, "
                "or draw the ensemble with a smaller deviation"
            )
        if failed.size:
            LOG.warning(
                "%s%d of %d members give no finite prediction and are left out: %s",
                whose,
                failed.size,
                own.size,
                ", ".join(map(str, failed)),
            )
