"""Observation noise whose deviation grows with the observed value."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar


class Noise(NamedTuple):
    """Independent Gaussian noise of deviation `constant` + `relative`·|u|."""

    constant: float
    relative: float

    def deviation(self, value: Float[AnyArray, "*shape"]) -> Float[AnyArray, "*shape"]:
        """Standard deviation of an observation whose noise-free value is `value`."""
        return self.constant + self.relative * jnp.abs(value)


def log_density(
    observed: Scalar | Float[AnyArray, "..."],
    expected: Scalar | Float[AnyArray, "..."],
    deviation: Scalar | Float[AnyArray, "..."],
) -> Float[AnyArray, "..."]:
    """log N(observed; expected, deviation²), elementwise."""
    return (
        -0.5 * ((observed - expected) / deviation) ** 2
        - jnp.log(deviation)
        - 0.5 * jnp.log(2 * jnp.pi)
    )
