"""Noise of a described system's outputs, in coordinates in which they are independent."""

from dataclasses import dataclass

import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.gaussian_noise import GaussianNoise
from boed.inference.noise import AsMeasured, OutputNoise, Values


@dataclass(frozen=True, eq=False)
class IndependentOutputs(AsMeasured):
    """Outputs that are independent of each other, whatever their deviations."""

    noise: GaussianNoise

    def deviation(self, value: Values) -> Values:
        """Standard deviation of every output."""
        return jnp.vectorize(self.noise.deviation, signature="(m)->(m)")(value)


@dataclass(frozen=True, eq=False)
class CorrelatedOutputs:
    """Outputs y of covariance LLᵀ: L⁻¹y are independent, of deviation one; factor: L."""

    factor: Float[AnyArray, "outputs outputs"]

    def deviation(self, value: Values) -> Values:
        """One."""
        return jnp.ones_like(value)

    def coordinates(self, value: Values) -> Values:
        """L⁻¹y."""
        flat = value.reshape(-1, len(self.factor))
        return solve_triangular(self.factor, flat.T, lower=True).T.reshape(value.shape)

    def in_units(self, value: Values) -> Values:
        """y of L⁻¹y."""
        return value @ self.factor.T

    def deviation_coordinates(self, deviation: Values) -> Values:
        """One."""
        return jnp.ones_like(deviation)

    def deviation_in_units(self, deviation: Values) -> Values:
        """The roots of the covariance's diagonal."""
        return jnp.broadcast_to(jnp.sqrt(jnp.sum(self.factor**2, axis=1)), deviation.shape)


def output_noise(noise: GaussianNoise) -> OutputNoise:
    """The outputs of this noise as independent ones."""
    if noise.constant is not None and jnp.ndim(noise.constant) == 2:
        return CorrelatedOutputs(noise.constant)
    return IndependentOutputs(noise)
