"""Arrays that several rules read from the files of earlier ones."""

import jax
import numpy as np
from jaxtyping import Float

from boed import belief, store
from boed.arrays import AnyArray
from boed.belief import Cells
from boed.keys import key_for, replicate_keys


def read_weights(path: str, replicates: int) -> Float[AnyArray, "replicate weight"]:
    """Weights of every replicate; a pre-trained network, which has no replicates, is the same for all."""
    weights = store.read(path).weights.values
    return np.broadcast_to(weights, (replicates, weights.shape[-1]))


def read_prior(path: str | None, cells: Cells, replicates: int) -> Float[AnyArray, "replicate x y"]:
    """The stored belief of every replicate; without a path, the belief that holds every cell equally probable."""
    if path:
        return store.read(path).log_probability.values
    return np.broadcast_to(belief.uniform(cells), (replicates, cells.x.size, cells.y.size))


def observation_noise(seed: int, study: str, stage: int, kind: str, settings: dict) -> Float[AnyArray, " replicate"]:
    """Standard normal noise of one measurement, zero where the study's `observation_noise` is none.

    The search and the measurement of a design share it: a measured utility is that of the datum that comes.
    """
    if settings["noise"]["observation_noise"] == "none":
        return np.zeros(settings["replicates"])
    key = key_for(seed, "measure", study, stage, kind)
    return jax.jit(lambda key: jax.vmap(jax.random.normal)(replicate_keys(key, settings["replicates"])))(key)
