"""What is known of the discrepancy's weights before any data, as negative log priors."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Weights = Float[AnyArray, " weights"]


@runtime_checkable
class Penalty(Protocol):
    """−log prior of weights, up to a constant."""

    def __call__(self, weights: Weights) -> Float[AnyArray, ""]:
        """The penalty of these weights."""


# eq=False: priors hold arrays, and are told apart by what they are
@dataclass(frozen=True, eq=False)
class Gaussian:
    """−log N(weights; mean, 1/precision) up to a constant; precision, of all weights or of each: 0
    is no prior.
    """

    mean: Weights
    precision: float | Float[AnyArray, " weights"]

    def __call__(self, weights: Weights) -> Float[AnyArray, ""]:
        return 0.5 * jnp.sum(self.precision * (weights - self.mean) ** 2)


@dataclass(frozen=True, eq=False)
class Sum:
    """Several priors at once."""

    terms: tuple[Penalty, ...]

    def __call__(self, weights: Weights) -> Float[AnyArray, ""]:
        return sum(term(weights) for term in self.terms)
