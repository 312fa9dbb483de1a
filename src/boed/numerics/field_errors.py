"""Errors of modelled values against the true ones, over places of equal weight (ad_eki Eq. 25)."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Field = Float[AnyArray, "*nodes"]


class FieldErrors(NamedTuple):
    """Mean squared error, in the square of the values' unit, and relative error Σ|u−u†| / Σ|u†|
    (1).
    """

    mean_squared: Float[AnyArray, ""]
    relative: Float[AnyArray, ""]


def field_errors(modelled: Field, true: Field) -> FieldErrors:
    """Both errors over all nodes of the fields."""
    difference = modelled - true
    return FieldErrors(
        jnp.mean(difference**2), jnp.sum(jnp.abs(difference)) / jnp.sum(jnp.abs(true))
    )
