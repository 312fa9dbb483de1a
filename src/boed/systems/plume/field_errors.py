"""Errors of a modelled concentration field against the true one (ad_eki Eq. 25)."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float, Int

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

# a side of the grid on the unit square, as in the papers
NODES = 51

Field = Float[AnyArray, "*nodes"]


class FieldErrors(NamedTuple):
    """Mean squared error (concentration²) and relative error Σ|u−u†| / Σ|u†| (1)."""

    mean_squared: Float[AnyArray, ""]
    relative: Float[AnyArray, ""]


def field_errors(modelled: Field, true: Field) -> FieldErrors:
    """Both errors over all nodes of the fields."""
    difference = modelled - true
    return FieldErrors(
        jnp.mean(difference**2), jnp.sum(jnp.abs(difference)) / jnp.sum(jnp.abs(true))
    )


def window_start(
    design: Float[AnyArray, "2"], step: float, size: int, count: int
) -> Int[AnyArray, "2"]:
    """First nodes, along x and y, of the size × size window floor(d/step) − 2 … around a design.

    Nodes are step apart from 0 on, `count` a side; near the edge the window is shifted inwards.
    Size 4 is the released code's window, size 5 the printed ±0.04 about a node.
    """
    return jnp.clip(jnp.floor(design / step + 1e-9).astype(int) - 2, 0, count - size)
