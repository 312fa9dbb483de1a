"""The datasets that several rules share, and how arrays are read back from them."""

import jax
import numpy as np
import xarray as xr
from jaxtyping import Array, Float

from boed import belief, store
from boed.belief import Cells
from boed.keys import key_for, replicate_keys
from boed.search import SearchInfo, SearchState
from boed.store import variable


def read_weights(path: str, replicates: int) -> Float[np.ndarray, "replicate weight"]:
    """Weights of every replicate; a pre-trained network, which has no replicates, is the same for all."""
    weights = store.read(path).weights.values
    return np.broadcast_to(weights, (replicates, weights.shape[-1]))


def read_prior(path: str | None, cells: Cells, replicates: int) -> Float[np.ndarray, "replicate x y"]:
    """The stored belief of every replicate; without a path, the belief that holds every cell equally probable."""
    if path:
        return store.read(path).log_probability.values
    return np.broadcast_to(belief.uniform(cells), (replicates, cells.x.size, cells.y.size))


def observation_noise(
    seed: int, study: str, stage: int, kind: str, settings: dict
) -> Float[Array | np.ndarray, " replicate"]:
    """Standard normal noise of one measurement, zero where the study's `observation_noise` is none.

    The search and the measurement of a design share it: a measured utility is that of the datum that comes.
    """
    if settings["noise"]["observation_noise"] == "none":
        return np.zeros(settings["replicates"])
    key = key_for(seed, "measure", study, stage, kind)
    return jax.jit(lambda key: jax.vmap(jax.random.normal)(replicate_keys(key, settings["replicates"])))(key)


def search_dataset(state: SearchState, info: SearchInfo) -> xr.Dataset:
    """A finished search: its design, and for every step the design, utility, gradient and whether it moved."""
    path, step = ("replicate", "step", "coordinate"), ("replicate", "step")
    finite = np.isfinite(np.asarray(info.gradient)).all(axis=-1)
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), state.design, "length", "chosen position"),
            "path": variable(path, info.design, "length", "position before each step"),
            "utility": variable(step, info.utility, "nat", "information gain there"),
            "gradient": variable(
                path, np.where(finite[..., None], info.gradient, 0.0), "nat/length", "its gradient, 0 if not finite"
            ),
            "gradient_finite": variable(step, finite.astype("i1"), "1", "1 where the gradient was finite"),
            "active": variable(step, np.asarray(info.active, "i1"), "1", "1 until the search stopped"),
            "clipped": variable(step, np.asarray(info.clipped, "i1"), "1", "1 where the move window cut the step"),
        }
    )
