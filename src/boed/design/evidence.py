"""Marginal likelihood and mean log-likelihood of observations over samples of the parameters, by
two ways of summing.

estimator = evidence_estimator(problem, "automatic", designs)
estimator(observed, predictions, weights).log_evidence
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax_finufft import nufft1, nufft2
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.utility_problem import NODES, Designs, Problem, predictions_at
from boed.inference.gaussian_noise import (
    GaussianNoise,
    Predictions,
    log_densities,
    log_scale,
    whitened,
)

# observations that `Pairwise` takes at a time where the caller does not say
BLOCK = 16
NOISE_REACH = 9.0
# complex numbers of 16 bytes, and four times as many while they are transformed
MOST_MODES = 4_000_000
# Fourier modes up to here hold a Gaussian, and images of it this far away add, less than 1e-13
HIGHEST_FREQUENCY = 8.0
MARGIN = 8.0
TOLERANCE = 1e-13
Weights = Float[AnyArray, " samples"]


class Marginals(NamedTuple):
    """log p̂(y_i) = log Σ_k w_k p(y_i|θ_k), Σ_k w_k p(y_i|θ_k) log p(y_i|θ_k) / p̂(y_i)
    (mean_variance Eq. 14, 26).
    """

    log_evidence: Float[AnyArray, " observed"]
    mean_log_likelihood: Float[AnyArray, " observed"]


@runtime_checkable
class EvidenceEstimator(Protocol):
    """A way to sum over weighted samples; differentiable in all of its arguments."""

    def __call__(
        self,
        observed: Float[AnyArray, "observed outputs"],
        predictions: Float[AnyArray, "samples outputs"],
        weights: Weights,
    ) -> Marginals:
        """The marginals of every observation over the samples' predictions."""


@dataclass(frozen=True, eq=False)
class Pairwise:
    """Every observation with every sample, `block` observations at a time: any noise, any number of
    outputs.

    Memory grows with block × samples, in reverse mode too.
    """

    noise: GaussianNoise
    block: int

    def __call__(
        self,
        observed: Float[AnyArray, "observed outputs"],
        predictions: Float[AnyArray, "samples outputs"],
        weights: Weights,
    ) -> Marginals:
        """The marginals of every observation, block after block."""
        densities, log_weights = log_densities(self.noise, predictions), jnp.log(weights)

        @jax.checkpoint
        def one(value):
            """Log-evidence and posterior mean of the log-likelihood of one observation."""
            log_likelihood = densities(value)
            weighted = log_likelihood + log_weights
            peak = jax.lax.stop_gradient(jnp.max(weighted))
            share = jnp.exp(weighted - peak)
            total = jnp.sum(share)
            return peak + jnp.log(total), share @ log_likelihood / total

        return Marginals(*jax.lax.map(one, observed, batch_size=self.block))


@dataclass(frozen=True, eq=False)
class FastSums:
    """Sums of Gaussians by non-uniform fast Fourier transforms, O(N + M): constant noise, one or
    two outputs.

    A Gaussian of unit deviation is a short Fourier series on a period that is longer than the data
    by MARGIN: Σ_k w_k f(y − g_k) = Σ_ω F(ω) e^{iωy} Σ_k w_k e^{−iωg_k}, with F = √2π e^{−ω²/2} in
    each output for the evidence and (m − |ω|²)/2·F for the sum of |y − g|²/2. Terms are kept down
    to 1e-13 of the largest; observations must come from the samples themselves, or their sums may
    vanish. modes: at least modes_needed(spread), else everything is NaN, as it is where any value
    is. jax.vmap does not know how to batch these transforms: use jax.lax.map.
    """

    noise: GaussianNoise
    modes: int

    def __post_init__(self):
        """Raises ValueError for other than one or two outputs."""
        if self.outputs not in (1, 2):
            raise ValueError(f"fast sums are for one or two outputs, not {self.outputs}")

    @property
    def outputs(self) -> int:
        """How many numbers an observation has."""
        return len(self.noise.constant)

    def __call__(
        self,
        observed: Float[AnyArray, "observed outputs"],
        predictions: Float[AnyArray, "samples outputs"],
        weights: Weights,
    ) -> Marginals:
        """The marginals of every observation, by fast transforms."""
        outputs = self.outputs
        targets, sources = whitened(self.noise, observed), whitened(self.noise, predictions)
        period, middle, possible = self._window(jnp.concatenate([targets, sources]))
        angles = [
            jnp.where(possible, 2 * jnp.pi / period * (points - middle), 0.0).T
            for points in (targets, sources)
        ]
        axis = 2 * jnp.pi / period * jnp.arange(-(self.modes // 2), (self.modes + 1) // 2)
        squared = sum(part**2 for part in jnp.meshgrid(*[axis] * outputs, indexing="ij"))
        gaussian = (jnp.sqrt(2 * jnp.pi) / period) ** outputs * jnp.exp(-squared / 2)
        # both sums are real, so that one transform brings them back as real and imaginary part
        wanted = gaussian * (1 + 0.5j * (outputs - squared))
        spectrum = nufft1(
            (self.modes,) * outputs, weights.astype(complex), *angles[1], iflag=-1, eps=TOLERANCE
        )
        sums = nufft2(wanted * spectrum, *angles[0], iflag=1, eps=TOLERANCE)
        evidence, scale = jnp.where(possible, sums.real, jnp.nan), log_scale(self.noise, outputs)
        return Marginals(jnp.log(evidence) - scale, -sums.imag / evidence - scale)

    def _window(self, points):
        """(period, middle, whether the modes reach over it) of points (n, outputs).

        The transform would leave its memory for points that are not numbers: they become zero, and
        all sums NaN.
        """
        points = jax.lax.stop_gradient(points)
        low, high = jnp.min(points, axis=0), jnp.max(points, axis=0)
        period = jnp.max(high - low) + MARGIN
        possible = self.modes * jnp.pi / period >= HIGHEST_FREQUENCY * (1 - 1e-12)
        middle = jnp.where(possible, (low + high) / 2, 0.0)
        return jnp.where(possible, period, 1.0), middle, possible


def modes_needed(spread: float) -> int:
    """Fourier modes that fast sums need, an even number, for values that spread over this many
    deviations.
    """
    return 2 * int(np.ceil(HIGHEST_FREQUENCY * (spread + MARGIN) / (2 * np.pi)))


def spread(noise: GaussianNoise, values: Predictions) -> Float[AnyArray, ""]:
    """Greatest distance of values in any output, in deviations of constant noise."""
    white = whitened(noise, values)
    return jnp.max(jnp.max(white, axis=0) - jnp.min(white, axis=0))


def widest_spread(problem: Problem, designs: Designs) -> float:
    """Greatest spread of predictions over the prior at any of the designs, in deviations of
    constant noise.

    Raises ValueError naming the first design at which a prediction is not finite.
    """
    parameters, _ = problem.prior.nodes(NODES)

    # one compiled function: small operations one by one would cost a job's start a second
    @jax.jit
    def spreads(designs):
        predicted = predictions_at(problem, parameters, designs)
        return jax.vmap(lambda values: spread(problem.noise, values))(predicted)

    every = np.asarray(spreads(designs))
    if not np.isfinite(every).all():
        wrong = np.asarray(designs)[np.argmin(np.isfinite(every))].tolist()
        raise ValueError(f"the model's predictions at design {wrong} are not all finite")
    return float(every.max())


def evidence_estimator(problem: Problem, name: str, designs: Designs) -> EvidenceEstimator:
    """`pairwise`, `fast`, or `automatic`: fast where it can be. Fast sums have room for data at all
    `designs`.

    Raises ValueError for another name, where the model gives no finite prediction, and for fast
    sums where the noise varies, there are more than two outputs, or the data spread over so many
    deviations that the modes would not fit.
    """
    if name not in ("pairwise", "fast", "automatic"):
        raise ValueError(f"no way named {name!r} to sum over samples: pairwise, fast or automatic")
    constant = problem.noise.constant
    if name == "pairwise" or (name == "automatic" and (constant is None or len(constant) > 2)):
        return Pairwise(problem.noise, BLOCK)
    if constant is None or len(constant) > 2:
        raise ValueError(
            "fast sums need noise that does not depend on the prediction, and one or two outputs"
        )
    modes = modes_needed(widest_spread(problem, designs) + 2 * NOISE_REACH)
    if modes ** len(constant) <= MOST_MODES:
        return FastSums(problem.noise, modes)
    if name == "automatic":
        return Pairwise(problem.noise, BLOCK)
    raise ValueError(
        f"fast sums would need {modes} modes an output, more than {MOST_MODES} in all: use pairwise"
    )
