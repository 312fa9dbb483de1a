"""The objective of a risk-averse designer: mean less weighted variance of the information gain."""

from typing import TypeVar

import numpy as np
from jaxtyping import Float

Number = TypeVar("Number")


def mean_variance(mean: Number, variance: Number, aversion) -> Number:
    """J_λ = U − λ·V in nats; numbers or arrays that fit each other; aversion λ in 1/nat, negative
    seeks risk (mean_variance Eq. 9).
    """
    return mean - aversion * variance


def over_aversions(
    mean: Float[np.ndarray, "*designs"], variance: Float[np.ndarray, "*designs"], aversions
) -> Float[np.ndarray, "aversions *designs"]:
    """J_λ of every aversion and design, the aversions along a first axis of their own."""
    weights = np.asarray(aversions, dtype=float)
    return mean_variance(mean, variance, weights.reshape(-1, *[1] * np.ndim(mean)))
