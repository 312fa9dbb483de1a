"""Exact plume of a Gaussian source on the unbounded plane: the yardstick of every solver here.

Plain NumPy and SciPy, sharing no line with the solvers that it checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.systems.plume.velocity import Velocity


@dataclass(frozen=True)
class GaussianPlume:
    """u(z, T) = s ∫₀ᵀ N(z; θ + c(τ), (h² + 2Dτ) I) dτ, c(τ) = ∫_{T−τ}^{T} v dt.

    centre, strength and width of the source, θ, s and h: length, concentration·length²/time,
    length; diffusivity D, length²/time; nodes: of the rule in τ.
    """

    centre: Sequence[float] | Float[AnyArray, "2"]
    strength: float
    width: float
    velocity: Velocity
    diffusivity: float = 1.0
    nodes: int = 400

    def at(
        self, points: Float[AnyArray, "*points 2"], time: float
    ) -> Float[np.ndarray, "*points"] | float:
        """Concentration at points (..., 2) and a time T.

        One Gauss–Legendre rule in log(h² + 2Dτ), in which the integrand is smooth however narrow
        the source is.
        """
        width, diffusivity = self.width, self.diffusivity
        abscissae, weights = np.polynomial.legendre.leggauss(self.nodes)
        low, high = np.log(width**2), np.log(width**2 + 2 * diffusivity * time)
        variance = np.exp(low + (high - low) * (abscissae + 1) / 2)
        age = (variance - width**2) / (2 * diffusivity)
        jacobian = variance / (2 * diffusivity) * (high - low) / 2 * weights
        carried = np.stack(self.velocity.displacement(time - age, time), axis=-1)
        distance = np.asarray(points)[..., None, :] - np.asarray(self.centre) - carried
        density = np.exp(-np.sum(distance**2, axis=-1) / (2 * variance)) / (2 * np.pi * variance)
        return self.strength * density @ jacobian


def relative_distance(
    field: Float[AnyArray, "*points"], exact: Float[AnyArray, "*points"]
) -> float:
    """‖field − exact‖₂ / ‖exact‖₂ over all points."""
    return float(np.linalg.norm(field - exact) / np.linalg.norm(exact))
