"""One design search a replicate, all in one compiled call, and its record as a dataset."""

from collections.abc import Callable

import jax
import numpy as np
import xarray as xr

from boed import search
from boed.keys import step_keys
from boed.progress import in_chunks
from boed.search import Ascent, SearchInfo, SearchState
from boed.store import variable


def make_search(problem: Callable[..., search.Problem], ascent: Ascent, grid: int) -> Callable:
    """A compiled search: (moment, starts, own, key, steps) → (state, info) of all replicates.

    problem: (moment, start, *own) → the search of one replicate; own: arrays with a leading replicate axis. The
    ascent begins at the best of a grid × grid scan and the start itself.
    """

    def begin(moment, own, start, key):
        return search.init(search.best_start(problem(moment, start, *own), start, key, grid), ascent)

    def advance(moment, own, start, state, keys):
        return search.ascend(state, problem(moment, start, *own), keys, ascent)

    first = jax.jit(lambda moment, *each: jax.lax.map(lambda own: begin(moment, *own), each))
    onward = jax.jit(lambda moment, *each: jax.lax.map(lambda own: advance(moment, *own), each))

    def run(moment, start, own, key, steps):
        """Begin every replicate at its best start and ascend, saying how far it is."""
        keys = step_keys(key, len(start), steps + 1)
        state = first(moment, own, start, keys[:, 0])
        return in_chunks(
            lambda state, keys: onward(moment, own, start, state, keys), state, keys[:, 1:], "design update"
        )

    return run


def search_dataset(state: SearchState, info: SearchInfo) -> xr.Dataset:
    """A finished search: its design, and every step's position, utility, gradient and flags."""
    path, step = ("replicate", "step", "coordinate"), ("replicate", "step")
    finite = np.asarray(info.finite)
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), state.design, "length", "chosen position"),
            "path": variable(path, info.design, "length", "position before each step"),
            "utility": variable(step, np.where(finite, info.utility, 0.0), "nat", "utility, 0 if not finite"),
            "gradient": variable(
                path, np.where(finite[..., None], info.gradient, 0.0), "nat/length", "its gradient, 0 if not finite"
            ),
            "finite": variable(step, finite.astype("i1"), "1", "1 where utility and gradient were finite"),
            "active": variable(step, np.asarray(info.active, "i1"), "1", "1 until the search stopped"),
            "clipped": variable(step, np.asarray(info.clipped, "i1"), "1", "1 where the move window cut the step"),
        }
    )
