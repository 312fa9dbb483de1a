"""The source of contaminant: a Gaussian bump (mean_variance Eq. 45)."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray


class GaussianSource(NamedTuple):
    """S = s/(2πh²)·exp(−|θ − z|²/(2h²)) of strength s and width h: the peak, times a profile along
    each coordinate.
    """

    strength: float
    width: float

    @property
    def peak(self) -> float:
        """s/(2πh²), the value at the source's place."""
        return self.strength / (2 * np.pi * self.width**2)

    def profile(self, distances: Float[AnyArray, "*points"]) -> Float[AnyArray, "*points"]:
        """exp(−r²/(2h²)) of distances along one coordinate; NumPy's where they are."""
        exponent = -0.5 * (distances / self.width) ** 2
        return jnp.exp(exponent) if isinstance(exponent, jax.Array) else np.exp(exponent)
