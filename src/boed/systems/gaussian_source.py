"""The source of both papers' problems: a Gaussian bump (ad_eki Eq. 21, mean_variance Eq. 45)."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray


@dataclass(frozen=True)
class GaussianSource:
    """S = s/(2πh²)·exp(−r²/(2h²)); strength s, concentration·length²/time, and width h, length."""

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

    def __call__(self, offsets: Float[AnyArray, "*points 2"]) -> Float[AnyArray, "*points"]:
        """The source at offsets from its place."""
        return self.peak * jnp.exp(-jnp.sum(offsets**2, axis=-1) / (2 * self.width**2))
