"""One design search a replicate, all in one compiled call."""

from collections.abc import Callable

import jax

from boed.design import projected_adam
from boed.design.projected_adam import Ascent
from boed.keys import step_keys
from boed.numerics.chunks import in_chunks


def make_search(
    problem: Callable[..., projected_adam.Problem], ascent: Ascent, grid: int
) -> Callable:
    """A compiled search: (moment, starts, own, key, steps) → (state, info) of all replicates.

    problem: (moment, start, *own) → the search of one replicate; own: arrays with a leading
    replicate axis. The ascent begins at the best of a grid × grid scan and the start itself.
    """

    def begin(moment, own, start, key):
        return projected_adam.init(
            projected_adam.best_start(problem(moment, start, *own), start, key, grid), ascent
        )

    def advance(moment, own, start, state, keys):
        return projected_adam.ascend(state, problem(moment, start, *own), keys, ascent)

    first = jax.jit(lambda moment, *each: jax.lax.map(lambda own: begin(moment, *own), each))
    onward = jax.jit(lambda moment, *each: jax.lax.map(lambda own: advance(moment, *own), each))

    def run(moment, start, own, key, steps):
        """Begin every replicate at its best start and ascend, saying how far it is."""
        keys = step_keys(key, len(start), steps + 1)
        state = first(moment, own, start, keys[:, 0])
        return in_chunks(
            lambda state, keys: onward(moment, own, start, state, keys),
            state,
            keys[:, 1:],
            "design update",
        )

    return run
