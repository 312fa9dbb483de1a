"""One number for a design from the information gains that its outcomes may give: higher is better,
for all of them.

A measure is a function of `Gains`; each factory below takes its one parameter. All are
differentiable in values and weights (almost everywhere: those that sort have kinks where two
outcomes change places).
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.nested_monte_carlo import Gains, moments

Measure = Callable[[Gains], Float[AnyArray, ""]]


def mean_variance(aversion: float) -> Measure:
    """J_λ = U − λ·V; aversion λ in 1/nat, negative seeks risk (mean_variance Eq. 9)."""
    _require_finite(aversion)

    def measure(gains):
        mean, variance = moments(gains)
        return mean - aversion * variance

    return measure


def mean_deviation(aversion: float) -> Measure:
    """U − λ·√V; λ a pure number."""
    _require_finite(aversion)

    def measure(gains):
        mean, variance = moments(gains)
        return mean - aversion * jnp.sqrt(variance)

    return measure


def conditional_value_at_risk(level: float) -> Measure:
    """Mean of the worst outcomes that together have this probability, 0 < level ≤ 1; at
    1 it is U.
    """
    if not 0 < level <= 1:
        raise ValueError(
            f"the level of a conditional value at risk is a probability above 0, not {level}"
        )

    def measure(gains):
        values, reached = _sorted(gains)
        share = jnp.diff(jnp.minimum(reached, level), prepend=0.0)
        return share @ values / level

    return measure


def entropic(aversion: float) -> Measure:
    """−(1/λ)·log E exp(−λu), λ > 0 in 1/nat; for small λ it is U − λ/2·V."""
    if not 0 < aversion < float("inf"):
        raise ValueError(f"an entropic risk's aversion must be positive and finite, not {aversion}")

    def measure(gains):
        return -jax.nn.logsumexp(-aversion * gains.values, b=gains.weights) / aversion

    return measure


def worst_of(count: int) -> Measure:
    """Expected gain of the worst of `count` independent runs of the experiment; of one
    run it is U.
    """
    if count < 1:
        raise ValueError(f"the worst of how many runs must be a number from 1 on, not {count}")

    def measure(gains):
        """The measure of weighted gains."""
        values, reached = _sorted(gains)
        # all runs end at this value or above, less all that end above
        remaining = (1 - jnp.clip(reached, 0.0, 1.0)) ** count
        return -jnp.diff(remaining, prepend=1.0) @ values

    return measure


RISK_MEASURES = {
    "mean_variance": mean_variance,
    "mean_deviation": mean_deviation,
    "conditional_value_at_risk": conditional_value_at_risk,
    "entropic": entropic,
    "worst_of": worst_of,
}


def _require_finite(aversion: float) -> None:
    if not -float("inf") < aversion < float("inf"):
        raise ValueError(f"a risk aversion must be a finite number, not {aversion}")


def _sorted(gains: Gains):
    """Values from the worst on, and the probability of being no better than each."""
    order = jnp.argsort(gains.values)
    return gains.values[order], jnp.cumsum(gains.weights[order])
