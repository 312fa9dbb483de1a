"""What one evaluation of a utility gives to a search."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float, Int

from boed.arrays import AnyArray


class Evaluation(NamedTuple):
    """A utility and its gradient by the design, and how many members of the ensemble that they
    rest on were left out since their predictions are not finite.
    """

    value: Float[AnyArray, ""]
    gradient: Float[AnyArray, " coordinates"]
    left_out: Int[AnyArray, ""]


def exact(value: Float[AnyArray, ""], gradient: Float[AnyArray, " coordinates"]) -> Evaluation:
    """The evaluation of a utility that rests on no ensemble."""
    return Evaluation(value, gradient, jnp.zeros((), dtype=int))


def none_at(design: Float[AnyArray, " coordinates"]) -> Evaluation:
    """What stands for the evaluation of a search that has stopped."""
    return jax.tree.map(jnp.asarray, exact(jnp.zeros(()), jnp.zeros_like(design)))
