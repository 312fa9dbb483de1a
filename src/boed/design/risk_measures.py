"""One number for a design from the information gains that its outcomes may give: higher is better,
for all of them.

All are differentiable in values and weights (almost everywhere: those that sort have kinks where
two outcomes change places).
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed import objectives
from boed.arrays import AnyArray
from boed.design.nested_monte_carlo import Gains, moments


@runtime_checkable
class RiskMeasure(Protocol):
    """What an experiment with these gains is worth, in nats."""

    def __call__(self, gains: Gains) -> Float[AnyArray, ""]:
        """The worth of weighted gains."""


@dataclass(frozen=True)
class MeanVariance:
    """J_λ = U − λ·V; aversion λ in 1/nat, negative seeks risk (mean_variance Eq. 9)."""

    aversion: float

    def __post_init__(self):
        """Raises ValueError unless the aversion is finite."""
        _require_finite(self.aversion)

    def __call__(self, gains: Gains) -> Float[AnyArray, ""]:
        """The measure of weighted gains."""
        return objectives.mean_variance(*moments(gains), self.aversion)


@dataclass(frozen=True)
class MeanDeviation:
    """U − λ·√V; aversion λ a pure number."""

    aversion: float

    def __post_init__(self):
        """Raises ValueError unless the aversion is finite."""
        _require_finite(self.aversion)

    def __call__(self, gains: Gains) -> Float[AnyArray, ""]:
        """The measure of weighted gains."""
        mean, variance = moments(gains)
        # where all gains are equal the root has no slope: 0, which is among the slopes of its cusp
        some = variance > 0
        deviation = jnp.where(some, jnp.sqrt(jnp.where(some, variance, 1.0)), 0.0)
        return mean - self.aversion * deviation


@dataclass(frozen=True)
class ConditionalValueAtRisk:
    """Mean of the worst outcomes that together have this probability, 0 < level ≤ 1; at
    1 it is U.
    """

    level: float

    def __post_init__(self):
        """Raises ValueError unless the level is a probability above zero."""
        if not 0 < self.level <= 1:
            raise ValueError(
                "the level of a conditional value at risk is a probability above 0, "
                f"not {self.level}"
            )

    def __call__(self, gains: Gains) -> Float[AnyArray, ""]:
        """The measure of weighted gains."""
        values, reached = _sorted(gains)
        share = jnp.diff(jnp.minimum(reached, self.level), prepend=0.0)
        return share @ values / self.level


@dataclass(frozen=True)
class Entropic:
    """−(1/λ)·log E exp(−λu), aversion λ > 0 in 1/nat; for small λ it is U − λ/2·V."""

    aversion: float

    def __post_init__(self):
        """Raises ValueError unless the aversion is positive and finite."""
        if not 0 < self.aversion < float("inf"):
            raise ValueError(
                f"an entropic risk's aversion must be positive and finite, not {self.aversion}"
            )

    def __call__(self, gains: Gains) -> Float[AnyArray, ""]:
        """The measure of weighted gains."""
        return -jax.nn.logsumexp(-self.aversion * gains.values, b=gains.weights) / self.aversion


@dataclass(frozen=True)
class WorstOf:
    """Expected gain of the worst of `count` independent runs of the experiment; of one
    run it is U.
    """

    count: int

    def __post_init__(self):
        """Raises ValueError for less than one run."""
        if self.count < 1:
            raise ValueError(
                f"the worst of how many runs must be a number from 1 on, not {self.count}"
            )

    def __call__(self, gains: Gains) -> Float[AnyArray, ""]:
        """The measure of weighted gains."""
        values, reached = _sorted(gains)
        # all runs end at this value or above, less all that end above
        remaining = (1 - jnp.clip(reached, 0.0, 1.0)) ** self.count
        return -jnp.diff(remaining, prepend=1.0) @ values


RISK_MEASURES: dict[str, type[RiskMeasure]] = {
    "mean_variance": MeanVariance,
    "mean_deviation": MeanDeviation,
    "conditional_value_at_risk": ConditionalValueAtRisk,
    "entropic": Entropic,
    "worst_of": WorstOf,
}


def _require_finite(aversion: float) -> None:
    if not -float("inf") < aversion < float("inf"):
        raise ValueError(f"a risk aversion must be a finite number, not {aversion}")


def _sorted(gains: Gains):
    """Values from the worst on, and the probability of being no better than each."""
    order = jnp.argsort(gains.values)
    return gains.values[order], jnp.cumsum(gains.weights[order])
