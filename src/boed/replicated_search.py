"""One design search a replicate, all in one compiled call, and its record as a dataset."""

from collections.abc import Callable

import jax
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed import search
from boed.arrays import AnyArray
from boed.keys import step_keys
from boed.progress import in_chunks
from boed.search import Ascent, SearchInfo, SearchState
from boed.store import variable


def search_replicates(
    advance: Callable, start: Float[AnyArray, "replicate coordinate"], key: PRNGKeyArray, steps: int, ascent: Ascent
) -> xr.Dataset:
    """Search from every replicate's start and record every step.

    advance: (state, keys) → (state, info) of all replicates, several steps at a time; `ascent` as it uses.
    """
    state = jax.jit(jax.vmap(lambda design: search.init(design, ascent)))(start)
    keys = step_keys(key, len(start), steps)
    return search_dataset(*in_chunks(advance, state, keys, "design update"))


def search_dataset(state: SearchState, info: SearchInfo) -> xr.Dataset:
    """A finished search: its design, and every step's position, utility, gradient and flags."""
    path, step = ("replicate", "step", "coordinate"), ("replicate", "step")
    finite = np.asarray(info.finite)
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), state.design, "length", "chosen position"),
            "path": variable(path, info.design, "length", "position before each step"),
            "utility": variable(step, np.where(finite, info.utility, 0.0), "nat", "information gain, 0 if not finite"),
            "gradient": variable(
                path, np.where(finite[..., None], info.gradient, 0.0), "nat/length", "its gradient, 0 if not finite"
            ),
            "finite": variable(step, finite.astype("i1"), "1", "1 where utility and gradient were finite"),
            "active": variable(step, np.asarray(info.active, "i1"), "1", "1 until the search stopped"),
            "clipped": variable(step, np.asarray(info.clipped, "i1"), "1", "1 where the move window cut the step"),
        }
    )
