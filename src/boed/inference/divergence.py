"""Kullback–Leibler divergence between two ensembles taken as Gaussians (ad_eki Eq. 7), in ensemble
space.
"""

from typing import NamedTuple

import jax.numpy as jnp
import scipy.linalg
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Basis = Float[AnyArray, "members rank"]


class Divergence(NamedTuple):
    """D_KL in nats, as the sum of what the covariance and what the mean contribute."""

    covariance: Float[AnyArray, ""]
    mean: Float[AnyArray, ""]

    @property
    def total(self):
        """Both parts together."""
        return self.covariance + self.mean


def basis(ensemble: Float[AnyArray, "members parameters"]) -> Basis:
    """Orthonormal basis, over the members, of the anomalies A₀ of an ensemble of full rank min(dim,
    J − 1).

    Any basis of the anomalies' columns gives the same divergence. With J − 1 ≤ dim they span all
    that is orthogonal to (1, …, 1), and nothing is left to compute however many parameters there
    are.
    """
    members, parameters = ensemble.shape
    if members - 1 <= parameters:
        return scipy.linalg.helmert(members).T
    return jnp.linalg.qr(ensemble - jnp.mean(ensemble, axis=0))[0]


def divergence(coordinates: Basis) -> Divergence:
    """D_KL(posterior ‖ prior) = ½[tr(C₀⁻¹C) − dim − ln det(C₀⁻¹C)] + ½(m₀−m)ᵀC₀⁻¹(m₀−m) (Eq. 7).

    The prior's anomalies are A₀ = U·B with the orthonormal U of `basis`, the posterior's members m₀
    + Z·B with Z = `coordinates`. √(J−1)·Z are coordinates in which C₀ is the identity: neither C₀
    nor A₀ is ever inverted, dim becomes the rank of A₀ where C₀ is singular, and the cost is
    O(J·rank²) ≤ O(J³) for any number of parameters. A posterior that has collapsed in some
    direction gives an infinite divergence.
    """
    members, rank = coordinates.shape
    shift = jnp.mean(coordinates, axis=0)
    # C₀⁻¹C = RᵀR by QR of the anomalies: squaring them would lose a direction that has shrunk by
    # 1e-8
    upper = jnp.linalg.qr(coordinates - shift, mode="r")
    log_determinant = 2 * jnp.sum(jnp.log(jnp.abs(jnp.diagonal(upper))))
    return Divergence(
        covariance=0.5 * (jnp.sum(upper**2) - rank - log_determinant),
        mean=0.5 * (members - 1) * shift @ shift,
    )
