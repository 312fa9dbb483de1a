"""Arrays that several rules read from the files of earlier ones."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.inference import grid_belief
from boed.inference.grid_belief import Cells
from boed.jobs import store
from boed.keys import key_for, replicate_keys
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import Measurements


def read_weights(path: str, replicates: int) -> Float[AnyArray, "replicate weight"]:
    """Weights of every replicate: those of a file without replicates are the same for all.

    Raises ValueError where a file holds fewer replicates than are asked for.
    """
    weights = store.read(path).weights.values
    if weights.ndim == 2:
        if len(weights) < replicates:
            raise ValueError(f"{path}: weights of {len(weights)} replicates, needed: {replicates}")
        return weights[:replicates]
    return np.broadcast_to(weights, (replicates, weights.shape[-1]))


def read_spread(path: str, settings: dict) -> Float[AnyArray, "replicate members weight"] | None:
    """The spread of the ensemble that the stage before left; None where there is none, or each
    draws its own.
    """
    stored = store.read(path)
    if settings["discrepancy_experiment"]["ensembles"] == "fresh" or "spread" not in stored:
        return None
    return jnp.asarray(stored.spread.values)


def read_prior(path: str | None, cells: Cells, replicates: int) -> Float[AnyArray, "replicate x y"]:
    """The stored belief of every replicate; without a path, the belief that holds every cell
    equally probable.
    """
    if path:
        return store.read(path).log_probability.values
    return np.broadcast_to(grid_belief.uniform(cells), (replicates, cells.x.size, cells.y.size))


def read_start(
    network: str, prior: str | None, experiment: str | None, settings: dict, cells: Cells
) -> Start:
    """What a stage starts from; without a file of an experiment, the study's first design."""
    replicates = settings["replicates"]
    design = (
        store.read(experiment).design.values
        if experiment
        else np.asarray(settings["experiment"]["initial"])
    )
    return Start(
        jnp.broadcast_to(jnp.asarray(design), (replicates, 2)),
        jnp.asarray(read_weights(network, replicates)),
        jnp.asarray(read_prior(prior, cells, replicates)),
    )


def read_measurements(paths: list[str]) -> tuple[list[float], Measurements]:
    """(times, measurements with a leading replicate axis) of several files, all in use."""
    parts: list[xr.Dataset] = [store.read(path) for path in paths]
    fields = (
        np.stack([part[name].values for part in parts], axis=1)
        for name in ("design", "observation", "deviation")
    )
    designs, observed, deviation = map(jnp.asarray, fields)
    return [float(part.time) for part in parts], Measurements(
        designs, observed, deviation, jnp.ones_like(observed)
    )


def observation_noise(
    seed: int, study: str, stage: int, kind: str, settings: dict
) -> Float[AnyArray, " replicate"]:
    """Standard normal noise of one measurement, zero where the study's `observation_noise` is none.

    The search and the measurement of a design share it: a measured utility is that of the datum
    that comes.
    """
    if settings["noise"]["observation_noise"] == "none":
        return np.zeros(settings["replicates"])
    key = key_for(seed, "measure", study, stage, kind)
    return jax.jit(
        lambda key: jax.vmap(jax.random.normal)(replicate_keys(key, settings["replicates"]))
    )(key)
