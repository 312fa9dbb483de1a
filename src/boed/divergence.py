"""Kullback–Leibler divergence between two ensembles taken as Gaussians (ad_eki Eq. 7)."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.eki import Ensemble


class Whitening(NamedTuple):
    """Coordinates in which an ensemble has zero mean and unit covariance on the space that it spans."""

    mean: Float[AnyArray, " parameters"]
    transform: Float[AnyArray, "parameters rank"]


class Divergence(NamedTuple):
    """D_KL in nats, as the sum of what the covariance and what the mean contribute."""

    covariance: Float[AnyArray, ""]
    mean: Float[AnyArray, ""]

    @property
    def total(self):
        """Both parts together."""
        return self.covariance + self.mean


def whiten(ensemble: Ensemble) -> Whitening:
    """Whitening of an ensemble, restricted to the min(dim, J − 1) directions in which it varies.

    EKI never leaves mean + span(anomalies), so the divergence in these coordinates is Eq. 7 where C₀ is
    regular and stays defined where it is singular (J − 1 < dim). Taken by SVD of the anomalies, each
    parameter in units of its own deviation: forming C₀ would square their condition number.
    """
    members, parameters = ensemble.shape
    rank = min(parameters, members - 1)
    mean = jnp.mean(ensemble, axis=0)
    anomalies = ensemble - mean
    deviation = jnp.sqrt(jnp.mean(anomalies**2, axis=0))
    unit = jnp.where(deviation > 0, deviation, 1.0)
    _, singular, directions = jnp.linalg.svd(anomalies / unit, full_matrices=False)
    scale = jnp.sqrt(members - 1) / singular[:rank]
    return Whitening(mean, directions[:rank].T / unit[:, None] * scale)


def divergence(posterior: Ensemble, prior: Whitening) -> Divergence:
    """D_KL(posterior ‖ prior) = ½[tr(C₀⁻¹C) − dim − ln det(C₀⁻¹C)] + ½(m₀−m)ᵀC₀⁻¹(m₀−m) (Eq. 7).

    A posterior ensemble that has collapsed in some direction gives an infinite divergence.
    """
    members = posterior.shape[0]
    rank = prior.transform.shape[1]
    coordinates = (posterior - prior.mean) @ prior.transform
    shift = jnp.mean(coordinates, axis=0)
    anomalies = coordinates - shift
    # C₀⁻¹C = RᵀR by QR of the anomalies: squaring them would lose a direction that has shrunk by 1e-8
    upper = jnp.linalg.qr(anomalies / jnp.sqrt(members - 1), mode="r")
    log_determinant = 2 * jnp.sum(jnp.log(jnp.abs(jnp.diagonal(upper))))
    return Divergence(
        covariance=0.5 * (jnp.sum(upper**2) - rank - log_determinant),
        mean=0.5 * shift @ shift,
    )
