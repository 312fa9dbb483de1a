"""Functions of one replicate, mapped over all of them in one compiled call."""

from collections.abc import Callable

import jax

import boed.runtime  # noqa: F401


def over_replicates(function: Callable, shared: int) -> Callable:
    """function, compiled, with its arguments after the first `shared` mapped over their leading
    axis.

    One replicate after the other inside one compiled loop: their intermediate arrays stay in the
    processor's cache, where a batch of them would not.
    """

    def mapped(*arguments):
        common, of_replicates = arguments[:shared], arguments[shared:]
        return jax.lax.map(lambda of_one: function(*common, *of_one), of_replicates)

    return jax.jit(mapped)
