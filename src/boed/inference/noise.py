"""Observation noise whose deviation grows with the observed value."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar

Values = Float[AnyArray, "*shape"]


@runtime_checkable
class OutputNoise(Protocol):
    """Noise of outputs in coordinates in which they are independent, and these coordinates."""

    def deviation(self, value: Values) -> Values:
        """Standard deviation of observations whose noise-free values are these."""

    def coordinates(self, value: Values) -> Values:
        """Measured outputs in these coordinates."""

    def in_units(self, value: Values) -> Values:
        """Outputs as they are measured."""

    def deviation_coordinates(self, deviation: Values) -> Values:
        """Deviations of outputs as they are measured, in these coordinates."""

    def deviation_in_units(self, deviation: Values) -> Values:
        """Deviations of outputs as they are measured."""


class AsMeasured:
    """Outputs that are independent as they are measured."""

    def coordinates(self, value: Values) -> Values:
        """Outputs as they are."""
        return value

    def in_units(self, value: Values) -> Values:
        """Outputs as they are."""
        return value

    def deviation_coordinates(self, deviation: Values) -> Values:
        """Deviations as they are."""
        return deviation

    def deviation_in_units(self, deviation: Values) -> Values:
        """Deviations as they are."""
        return deviation


@dataclass(frozen=True)
class Noise(AsMeasured):
    """Independent Gaussian noise of deviation `constant` + `relative`·|u|."""

    constant: float | Float[AnyArray, " outputs"]
    relative: float | Float[AnyArray, " outputs"]

    def deviation(self, value: Values) -> Values:
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
