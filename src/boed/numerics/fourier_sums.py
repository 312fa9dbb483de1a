"""Sums of equal Gaussians in one or two outputs by non-uniform fast Fourier transforms, O(N + M).

A Gaussian of unit deviation is a short Fourier series on a period that is longer than the data by
MARGIN: Σ_k w_k f(y − g_k) = Σ_ω F(ω) e^{iωy} Σ_k w_k e^{−iωg_k}, with F = √2π e^{−ω²/2} in each
output for the sum and (m − |ω|²)/2·F for that of |y − g|²/2. Terms are kept down to 1e-13 of the
largest; points must come from the sources themselves, or their sums may vanish.

The transforms do not know how to go through many sets of points at once: under vmap they go through
one after the other. Forward mode is not supported.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_batching import sequential_vmap
from jax_finufft import nufft1, nufft2
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.numerics.gaussian_sums import Points, Sums

# Fourier modes up to here hold a Gaussian, and images of it this far away add, less than 1e-13
HIGHEST_FREQUENCY = 8.0
MARGIN = 8.0
TOLERANCE = 1e-13


def modes_needed(spread: float) -> int:
    """Fourier modes that fast sums need, an even number, for values that spread over this many
    deviations.
    """
    return 2 * int(np.ceil(HIGHEST_FREQUENCY * (spread + MARGIN) / (2 * np.pi)))


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def fourier_sums(
    modes: int,
    targets: Points,
    sources: Float[AnyArray, "sources outputs"],
    weights: Float[AnyArray, " sources"],
) -> Sums:
    """log Σ_k w_k p_k(y_i), and the mean of log p_k(y_i) by the terms of that sum, for log p_k =
    −½|y − source_k|²: Gaussians of unit deviation without their constant.

    modes: at least `modes_needed`; else everything is NaN, as it is where any value is.
    """
    return sequential_vmap(partial(_transformed, modes))(targets, sources, weights)


def _forward(modes, *arguments):
    return fourier_sums(modes, *arguments), arguments


def _backward(modes, arguments, slopes):
    def back(arguments, slopes):
        return jax.vjp(partial(_transformed, modes), *arguments)[1](slopes)

    return sequential_vmap(back)(arguments, slopes)


fourier_sums.defvjp(_forward, _backward)


def _transformed(modes, targets, sources, weights):
    outputs = targets.shape[1]
    period, middle, possible = _window(modes, jnp.concatenate([targets, sources]))
    angles = [
        jnp.where(possible, 2 * jnp.pi / period * (points - middle), 0.0).T
        for points in (targets, sources)
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
    evidence = jnp.where(possible, sums.real, jnp.nan)
    return Sums(jnp.log(evidence), -sums.imag / evidence)


def _window(modes, points):
    """(period, middle, whether the modes reach over it) of points (n, outputs).

    The transform would leave its memory for points that are not numbers: they become zero, and all
    sums NaN.
    """
    points = jax.lax.stop_gradient(points)
    low, high = jnp.min(points, axis=0), jnp.max(points, axis=0)
    period = jnp.max(high - low) + MARGIN
    possible = modes * jnp.pi / period >= HIGHEST_FREQUENCY * (1 - 1e-12)
    middle = jnp.where(possible, (low + high) / 2, 0.0)
    return jnp.where(possible, period, 1.0), middle, possible
