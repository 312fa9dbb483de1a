"""Steps that follow each other, and what reverse mode keeps of them: memory against a second run of
each.
"""

from collections.abc import Callable
from math import isqrt

import jax
from jaxtyping import PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Step = Callable[[PyTree, PyTree], PyTree]
Iterate = Callable[[Step, PyTree, PyTree[AnyArray]], PyTree]


def every_step(step: Step, state: PyTree, inputs: PyTree[AnyArray]) -> PyTree:
    """The state after step(state, input) for every input; reverse mode keeps all of every step:
    memory grows with K.
    """
    return jax.lax.scan(lambda state, value: (step(state, value), None), state, inputs)[0]


def checkpointed(step: Step, state: PyTree, inputs: PyTree[AnyArray]) -> PyTree:
    """The same; reverse mode keeps the state before every step, and runs each step a
    second time.
    """
    return every_step(jax.checkpoint(step), state, inputs)


def nested(step: Step, state: PyTree, inputs: PyTree[AnyArray]) -> PyTree:
    """The same; reverse mode keeps the state before every √K-th step, and runs each step a third
    time.

    Groups have the greatest divisor of K up to √K steps: a K that is prime is not grouped.
    """
    count = jax.tree.leaves(inputs)[0].shape[0]
    size = next(size for size in range(isqrt(count), 0, -1) if count % size == 0)
    groups = jax.tree.map(lambda leaf: leaf.reshape(count // size, size, *leaf.shape[1:]), inputs)
    return checkpointed(lambda state, group: checkpointed(step, state, group), state, groups)
