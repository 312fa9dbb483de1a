"""What is computed only where it is needed, and seldom is."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Bool, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray


def rarely(
    needed: Bool[AnyArray, ""], compute: Callable[[], PyTree[AnyArray]], otherwise: PyTree[AnyArray]
) -> PyTree[AnyArray]:
    """compute() where it is needed, else `otherwise`, of the same shapes.

    Nothing is computed where it is not needed, in an array of cases where none needs it: `lax.cond`
    computes both for each of several mapped cases. Neither may have a derivative in reverse mode.
    """

    def computed(_):
        return jnp.array(False), compute()

    return jax.lax.while_loop(lambda state: state[0], computed, (needed, otherwise))[1]
