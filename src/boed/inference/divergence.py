"""Kullback–Leibler divergence between two ensembles taken as Gaussians (ad_eki Eq. 7), in ensemble
space.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import scipy.linalg
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.ensembles import Values, Working, settled
from boed.numerics.rarely import rarely

Basis = Float[AnyArray, "members rank"]
# below this the pivots of a Gram matrix, which squares, are looked at more closely
SUSPICIOUS = 1e-6


class Divergence(NamedTuple):
    """D_KL in nats, as the sum of what the covariance and what the mean contribute."""

    covariance: Float[AnyArray, ""]
    mean: Float[AnyArray, ""]

    @property
    def total(self):
        """Both parts together."""
        return self.covariance + self.mean


def roundoff(*counts: int) -> float:
    """Relative size below which what so many numbers make up is roundoff, as `jnp.linalg.pinv` has
    it.
    """
    return 10 * max(counts) * float(np.finfo(float).eps)


def varies(values: Values, anomalies: Values) -> Bool[AnyArray, " columns"]:
    """Whether members differ in each column by more than roundoff."""
    return _lengths(anomalies) > roundoff(len(values)) * _lengths(values)


def _lengths(values: Float[AnyArray, "rows columns"]) -> Float[AnyArray, " columns"]:
    return jnp.sqrt(jnp.sum(values**2, axis=0))


def _scaled(ensemble: Values) -> tuple[Values, Float[AnyArray, ""]]:
    """Anomalies of each parameter in units of its own spread, so that a small one is not taken for
    none; 0 where it does not vary. And how large roundoff is in them: the less a parameter varies,
    the more its anomalies hold of it.
    """
    anomalies = ensemble - jnp.mean(ensemble, axis=0)
    lengths, varied = _lengths(anomalies), varies(ensemble, anomalies)
    least = roundoff(*ensemble.shape) * jnp.max(jnp.where(varied, _lengths(ensemble) / lengths, 1))
    return jnp.where(varied, anomalies / jnp.where(varied, lengths, 1.0), 0.0), least


def basis(ensemble: Values, working: Working | None = None) -> Basis:
    """Orthonormal basis, over the members, of the anomalies A₀ of an ensemble, min(dim, J − 1)
    columns; working: the members that count, by default all.

    Any basis of the anomalies' columns gives the same divergence. With J − 1 ≤ dim they span all
    that is orthogonal to (1, …, 1), and nothing is left to compute however many parameters there
    are. That is where the ensemble has full rank; otherwise its last columns are zero, as many as
    there are directions in which no member differs from another: they carry no information. It has
    no derivative, which no divergence needs.
    """
    ensemble = jax.lax.stop_gradient(ensemble)
    members, parameters = ensemble.shape
    if members - 1 <= parameters:
        plain = jnp.asarray(scipy.linalg.helmert(members).T)
        # where some parameters are enough to tell all members apart, the others need no look
        scaled, _ = _scaled(ensemble[:, : 2 * members])
        gram = plain.T @ (scaled @ scaled.T) @ plain
        # NaN where it is not positive definite
        pivots = jnp.diagonal(jnp.linalg.cholesky(gram))
        full = jnp.all(pivots > SUSPICIOUS * jnp.sqrt(jnp.diagonal(gram)))
    else:
        plain, upper = jnp.linalg.qr(ensemble - jnp.mean(ensemble, axis=0))
        least = roundoff(members) * _lengths(ensemble)
        full = jnp.all(jnp.abs(jnp.diagonal(upper)) > least)
    if working is not None:
        full = full & jnp.all(working)
    return rarely(~full, lambda: singular_basis(ensemble, working), plain)


def singular_basis(ensemble: Values, working: Working | None = None) -> Basis:
    """The same for any rank: left singular vectors of the anomalies, in falling order of their
    singular values, and zeros in place of those without one.
    """
    ensemble = jax.lax.stop_gradient(ensemble)
    if working is not None:
        ensemble = settled(ensemble, working)
    scaled, least = _scaled(ensemble)
    members, parameters = scaled.shape
    if members - 1 <= parameters:
        helmert = scipy.linalg.helmert(members).T
        # few rows: their triangular factor is as good as the anomalies of many parameters
        upper = jnp.linalg.qr(scaled.T @ helmert, mode="r")
        vectors, values, _ = jnp.linalg.svd(upper.T)
        vectors = helmert @ vectors
    else:
        vectors, values, _ = jnp.linalg.svd(scaled, full_matrices=False)
    kept = values > least * values[0]
    return jnp.where(kept, vectors, 0.0)[:, : min(members - 1, parameters)]


class Projection(NamedTuple):
    """Coordinates of the members at (ensemble − centre)·matrix: those that are nearest to them."""

    centre: Float[AnyArray, " parameters"]
    matrix: Float[AnyArray, "parameters rank"]

    def __call__(self, ensemble: Values) -> Float[AnyArray, "members rank"]:
        """The coordinates."""
        return (ensemble - self.centre) @ self.matrix


def projection(first: Values, working: Working) -> Projection:
    """Onto the basis of the first ensemble's members that still work.

    A tapered gain takes an ensemble out of the first one's span; a member that fails takes the
    others out of the basis that it had a part in.
    """
    own, held = basis(first, working), settled(jax.lax.stop_gradient(first), working)
    centre = jnp.mean(held, axis=0)
    orthonormal, upper = jnp.linalg.qr((held - centre).T @ own)
    spanned = jnp.any(own != 0, axis=0)
    # a column of zeros has a 1 in its place: it is solved for, and its solution not used
    upper = upper + jnp.diag(jnp.where(spanned, 0.0, 1.0))
    solved = jax.scipy.linalg.solve_triangular(upper, orthonormal.T)
    return Projection(centre, jnp.where(spanned, solved.T, 0.0))


def divergence(coordinates: Basis, working: Working | None = None) -> Divergence:
    """D_KL(posterior ‖ prior) = ½[tr(C₀⁻¹C) − dim − ln det(C₀⁻¹C)] + ½(m₀−m)ᵀC₀⁻¹(m₀−m) (Eq. 7).

    The prior's anomalies are A₀ = U·B with the orthonormal U of `basis`, the posterior's members m₀
    + Z·B with Z = `coordinates`. √(J−1)·Z are coordinates in which C₀ is the identity: neither C₀
    nor A₀ is ever inverted, dim becomes the rank of A₀ where C₀ is singular, and the cost is
    O(J·rank²) ≤ O(J³) for any number of parameters. Columns of zeros, those of `basis`, count
    nothing. A posterior that has collapsed in some direction gives an infinite divergence, and one
    of fewer than two working members NaN.
    """
    members, columns = coordinates.shape
    kept = jnp.ones((members, 1), dtype=bool) if working is None else working[:, None]
    count = jnp.sum(kept)
    shift = jnp.sum(jnp.where(kept, coordinates, 0.0), axis=0) / count
    anomalies = jnp.where(kept, coordinates - shift, 0.0)
    spanned = jnp.any(coordinates != 0, axis=0)
    # what fills the last columns does not reach the factor's rows before them, and has a derivative
    filled = jnp.where(spanned, anomalies, _independent(members, columns))
    # C₀⁻¹C = RᵀR by QR of the anomalies: squaring them would lose a direction that has shrunk by
    # 1e-8
    upper = jnp.where(spanned, jnp.linalg.qr(filled, mode="r"), 0.0)
    sizes = jnp.abs(jnp.where(spanned, jnp.diagonal(upper), 1.0))
    log_determinant = 2 * jnp.sum(jnp.log(sizes))
    of_covariance = 0.5 * (jnp.sum(upper**2) - jnp.sum(spanned) - log_determinant)
    of_mean = 0.5 * (count - 1) * shift @ shift
    return Divergence(
        covariance=jnp.where(count > 1, of_covariance, jnp.nan),
        mean=jnp.where(count > 1, of_mean, jnp.nan),
    )


def _independent(rows: int, columns: int) -> Float[np.ndarray, "rows columns"]:
    """Some fixed columns, none of which others make up."""
    return np.random.default_rng(0).normal(size=(rows, columns))
