"""Exact plume of a Gaussian source on the unbounded plane: the yardstick of every solver here.

Plain NumPy and SciPy, sharing no line with the solvers that it checks.
"""

import numpy as np

from boed.systems.plume.velocity import Velocity


def gaussian_plume(
    points, time, centre, strength, width, velocity: Velocity, diffusivity=1.0, nodes=400
):
    """Concentration u(z, T) = s ∫₀ᵀ N(z; θ + c(τ), (h² + 2Dτ) I) dτ, c(τ) = ∫_{T−τ}^{T} v dt.

    points: (..., 2) positions; returns (...) concentrations. One Gauss–Legendre rule in log(h² +
    2Dτ), in which the integrand is smooth however narrow the source is.
    """
    abscissae, weights = np.polynomial.legendre.leggauss(nodes)
    low, high = np.log(width**2), np.log(width**2 + 2 * diffusivity * time)
    variance = np.exp(low + (high - low) * (abscissae + 1) / 2)
    age = (variance - width**2) / (2 * diffusivity)
    jacobian = variance / (2 * diffusivity) * (high - low) / 2 * weights
    carried = np.stack(velocity.displacement(time - age, time), axis=-1)
    distance = np.asarray(points)[..., None, :] - np.asarray(centre) - carried
    density = np.exp(-np.sum(distance**2, axis=-1) / (2 * variance)) / (2 * np.pi * variance)
    return strength * density @ jacobian
