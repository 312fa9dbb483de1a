"""Marginal likelihood and mean log-likelihood of observations over samples of the parameters, by
two ways of summing.

A way is a function (observed (N, m), predictions (M, m), weights (M,)) → Marginals; all are
differentiable in all of their arguments.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax_finufft import nufft1, nufft2
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.gaussian_noise import (
    GaussianNoise,
    Predictions,
    log_densities,
    log_scale,
    whitened,
)


class Marginals(NamedTuple):
    """log p̂(y_i) = log Σ_k w_k p(y_i|θ_k), Σ_k w_k p(y_i|θ_k) log p(y_i|θ_k) / p̂(y_i)
    (mean_variance Eq. 14, 26).
    """

    log_evidence: Float[AnyArray, " observed"]
    mean_log_likelihood: Float[AnyArray, " observed"]


Way = Callable[[Predictions, Predictions, Float[AnyArray, " samples"]], Marginals]


def pairwise(noise: GaussianNoise, block: int) -> Way:
    """Every observation with every sample, `block` observations at a time: any noise, any number of
    outputs.

    Memory grows with block × M, in reverse mode too.
    """

    def marginals(observed, predictions, weights):
        """The marginals of every observation, block after block."""
        densities, log_weights = log_densities(noise, predictions), jnp.log(weights)

        @jax.checkpoint
        def one(value):
            """Log-evidence and posterior mean of the log-likelihood of one observation."""
            log_likelihood = densities(value)
            weighted = log_likelihood + log_weights
            peak = jax.lax.stop_gradient(jnp.max(weighted))
            share = jnp.exp(weighted - peak)
            total = jnp.sum(share)
            return peak + jnp.log(total), share @ log_likelihood / total

        return Marginals(*jax.lax.map(one, observed, batch_size=block))

    return marginals


# Fourier modes up to here hold a Gaussian, and images of it this far away add, less than 1e-13
HIGHEST_FREQUENCY = 8.0
MARGIN = 8.0
TOLERANCE = 1e-13


def modes_needed(spread: float) -> int:
    """Fourier modes that fast sums need, an even number, for values that spread over this many
    deviations.
    """
    return 2 * int(np.ceil(HIGHEST_FREQUENCY * (spread + MARGIN) / (2 * np.pi)))


def spread(noise: GaussianNoise, values: Predictions) -> Float[AnyArray, ""]:
    """Greatest distance of values in any output, in deviations of constant noise."""
    white = whitened(noise, values)
    return jnp.max(jnp.max(white, axis=0) - jnp.min(white, axis=0))


def fast(noise: GaussianNoise, modes: int) -> Way:
    """Sums of Gaussians by non-uniform fast Fourier transforms, O(N + M): constant noise, one or
    two outputs.

    A Gaussian of unit deviation is a short Fourier series on a period that is longer than the data
    by MARGIN: Σ_k w_k f(y − g_k) = Σ_ω F(ω) e^{iωy} Σ_k w_k e^{−iωg_k}, with F = √2π e^{−ω²/2} in
    each output for the evidence and (m − |ω|²)/2·F for the sum of |y − g|²/2. Terms are kept down
    to 1e-13 of the largest; observations must come from the samples themselves, or their sums may
    vanish. modes: at least modes_needed(spread), else everything is NaN, as it is where any value
    is. jax.vmap does not know how to batch these transforms: use jax.lax.map.
    """
    outputs = len(noise.constant)
    if outputs not in (1, 2):
        raise ValueError(f"fast sums are for one or two outputs, not {outputs}")

    def marginals(observed, predictions, weights):
        """The marginals of every observation, by fast transforms."""
        targets, sources = whitened(noise, observed), whitened(noise, predictions)
        both = jax.lax.stop_gradient(jnp.concatenate([targets, sources]))
        low, high = jnp.min(both, axis=0), jnp.max(both, axis=0)
        period = jnp.max(high - low) + MARGIN
        # the transform would leave its memory for points that are not numbers: they become zero,
        # and all sums NaN
        possible = modes * jnp.pi / period >= HIGHEST_FREQUENCY * (1 - 1e-12)
        period = jnp.where(possible, period, 1.0)
        middle = jnp.where(possible, (low + high) / 2, 0.0)
        angles = [
            jnp.where(possible, 2 * jnp.pi / period * (p - middle), 0.0).T
            for p in (targets, sources)
        ]
        axis = 2 * jnp.pi / period * jnp.arange(-(modes // 2), (modes + 1) // 2)
        squared = sum(part**2 for part in jnp.meshgrid(*[axis] * outputs, indexing="ij"))
        gaussian = (jnp.sqrt(2 * jnp.pi) / period) ** outputs * jnp.exp(-squared / 2)
        # both sums are real, so that one transform brings them back as real and imaginary part
        wanted = gaussian * (1 + 0.5j * (outputs - squared))
        spectrum = nufft1(
            (modes,) * outputs, weights.astype(complex), *angles[1], iflag=-1, eps=TOLERANCE
        )
        sums = nufft2(wanted * spectrum, *angles[0], iflag=1, eps=TOLERANCE)
        evidence, scale = jnp.where(possible, sums.real, jnp.nan), log_scale(noise, outputs)
        return Marginals(jnp.log(evidence) - scale, -sums.imag / evidence - scale)

    return marginals
