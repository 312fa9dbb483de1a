"""Marginal likelihood and mean log-likelihood of observations over samples of the parameters, by
three ways of summing.

estimator = evidence_estimator(problem, "automatic", designs)
estimator(observed, predictions, weights).log_evidence
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.utility_problem import (
    Designs,
    Problem,
    everywhere,
    outputs_of,
    predictions_at,
    require_finite,
)
from boed.inference.gaussian_noise import (
    GaussianNoise,
    Predictions,
    log_densities,
    log_scale,
    whitened,
)
from boed.numerics import tabulated_sums
from boed.numerics.fourier_sums import fourier_sums, modes_needed
from boed.numerics.gaussian_sums import Gaussians, gaussian_sums

# observations that `Pairwise` takes at a time where the caller does not say: as many as stay in the
# cache
BLOCK = 2048
NOISE_REACH = 9.0
# complex numbers of 16 bytes, and four times as many while they are transformed
MOST_MODES = 4_000_000
# of 16 numbers each
MOST_PANELS = 500
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

    Memory grows with block, not with the number of pairs, in reverse mode too.
    """

    noise: GaussianNoise
    block: int = BLOCK

    def __call__(
        self,
        observed: Float[AnyArray, "observed outputs"],
        predictions: Float[AnyArray, "samples outputs"],
        weights: Weights,
    ) -> Marginals:
        """The marginals of every observation, block after block."""
        densities = log_densities(self.noise, predictions)
        gaussians = Gaussians(densities.centres, densities.deviations, jnp.log(weights))
        sums = gaussian_sums(densities.coordinates(observed), gaussians, self.block)
        return Marginals(sums.log_sum - densities.level, sums.mean - densities.level)


@dataclass(frozen=True, eq=False)
class TabulatedSums:
    """Sums at few points and polynomials between them: any noise of one output.

    As exact as all pairs, which it falls back on where the table has too few panels, so many are
    `panels_over` the prior, or where it would be no shorter.
    """

    noise: GaussianNoise
    panels: int

    def __call__(
        self,
        observed: Float[AnyArray, "observed outputs"],
        predictions: Float[AnyArray, "samples outputs"],
        weights: Weights,
    ) -> Marginals:
        """The marginals of every observation, by the table."""
        if 2 * self.panels * tabulated_sums.NODES > len(observed):
            return Pairwise(self.noise)(observed, predictions, weights)
        densities = log_densities(self.noise, predictions)
        gaussians = Gaussians(densities.centres, densities.deviations, jnp.log(weights))
        points = densities.coordinates(observed)
        sums = tabulated_sums.tabulated_sums(points, gaussians, self.panels, BLOCK)
        return Marginals(sums.log_sum - densities.level, sums.mean - densities.level)


@dataclass(frozen=True, eq=False)
class FastSums:
    """Sums of Gaussians by fast Fourier transforms, `numerics.fourier_sums`: constant noise, one or
    two outputs.

    Observations must come from the samples themselves, or their sums may vanish. modes: at least
    modes_needed(spread), else everything is NaN, as it is where any value is.
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
        targets, sources = whitened(self.noise, observed), whitened(self.noise, predictions)
        sums = fourier_sums(self.modes, targets, sources, weights)
        scale = log_scale(self.noise, self.outputs)
        return Marginals(sums.log_sum - scale, sums.mean - scale)


def spread(noise: GaussianNoise, values: Predictions) -> Float[AnyArray, ""]:
    """Greatest distance of values in any output, in deviations of constant noise."""
    white = whitened(noise, values)
    return jnp.max(jnp.max(white, axis=0) - jnp.min(white, axis=0))


def widest_spread(problem: Problem, designs: Designs) -> float:
    """Greatest spread of predictions over the prior at any of the designs, in deviations of
    constant noise; half as much again where it is that of samples, which do not reach the ends.

    Raises ValueError naming the first design at which a prediction is not finite.
    """
    parameters = everywhere(problem)

    # one compiled function: small operations one by one would cost a job's start a second
    @jax.jit
    def spreads(designs):
        predicted = predictions_at(problem, parameters, designs)
        return jax.vmap(lambda values: spread(problem.noise, values))(predicted)

    every = np.asarray(spreads(designs))
    if not np.isfinite(every).all():
        wrong = np.asarray(designs)[np.argmin(np.isfinite(every))].tolist()
        raise ValueError(f"the model's predictions at design {wrong} are not all finite")
    return float(every.max()) * (1.5 if parameters.shape[1] > 1 else 1.0)


def panels_over(problem: Problem, designs: Designs) -> int:
    """Panels for the data of one output at any of the designs, and a quarter more than the prior's
    nodes or samples need; one more than MOST_PANELS where that many do not do.

    Raises ValueError where `utility_problem.require_finite` does.
    """
    predicted, deviations = require_finite(problem, designs)
    needed = max(
        tabulated_sums.panels_needed(*each, MOST_PANELS)
        for each in zip(predicted[..., 0], deviations[..., 0], strict=True)
    )
    return min(needed + needed // 4, MOST_PANELS + 1)


def evidence_estimator(problem: Problem, name: str, designs: Designs) -> EvidenceEstimator:
    """`pairwise`, `fast`, or `automatic`: fast where it can be. Fast sums have room for data at all
    `designs`.

    Raises ValueError for another name, where the model gives no finite prediction or its noise no
    positive deviation, and for fast sums of several outputs where the noise varies, of more than
    two, or where the data spread over so many deviations that the modes or panels would not fit.
    """
    if name not in ("pairwise", "fast", "automatic"):
        raise ValueError(f"no way named {name!r} to sum over samples: pairwise, fast or automatic")
    outputs, constant = outputs_of(problem, designs), problem.noise.constant is not None
    possible = outputs <= (2 if constant else 1)
    if name == "fast" and not possible:
        raise ValueError(
            f"fast sums need one output, or two and noise that does not depend on the prediction, "
            f"not {outputs} outputs"
        )
    if name == "pairwise" or not possible:
        require_finite(problem, designs)
        return Pairwise(problem.noise)
    found = _by_modes(problem, designs, outputs) if constant else _by_table(problem, designs)
    if isinstance(found, str) and name == "fast":
        raise ValueError(f"fast sums would need {found}: use pairwise")
    return Pairwise(problem.noise) if isinstance(found, str) else found


def _by_modes(problem, designs, outputs):
    """Fast sums under constant noise, or what would be too much."""
    modes = modes_needed(widest_spread(problem, designs) + 2 * NOISE_REACH)
    if modes**outputs > MOST_MODES:
        return f"{modes} modes an output, more than {MOST_MODES} in all"
    return FastSums(problem.noise, modes)


def _by_table(problem, designs):
    """Fast sums under noise that varies, or what would be too much."""
    panels = panels_over(problem, designs)
    if panels > MOST_PANELS:
        return f"a table of more than {MOST_PANELS} panels"
    return TabulatedSums(problem.noise, panels)
