"""The nodes at which errors of a concentration field are told, and windows of them."""

import jax.numpy as jnp
from jaxtyping import Float, Int

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

# a side of the grid on the unit square, as in the papers
NODES = 51


def window_start(
    design: Float[AnyArray, "2"], step: float, size: int, count: int
) -> Int[AnyArray, "2"]:
    """First nodes, along x and y, of the size × size window floor(d/step) − 2 … around a design.

    Nodes are step apart from 0 on, `count` a side; near the edge the window is shifted inwards.
    Size 4 is the released code's window, size 5 the printed ±0.04 about a node.
    """
    return jnp.clip(jnp.floor(design / step + 1e-9).astype(int) - 2, 0, count - size)
