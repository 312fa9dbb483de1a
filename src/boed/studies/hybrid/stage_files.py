"""Arrays that several rules read from the files of earlier ones."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.jobs import store
from boed.keys import key_for, replicate_keys
from boed.studies.hybrid.beliefs import Belief, of_replicates, of_update
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.system import System


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


def read_prior(path: str | None, system: System, replicates: int) -> Belief:
    """The stored belief of every replicate; without a path, the belief before any data."""
    if path:
        stored = store.read(path)
        return of_update({name: stored[name].values for name in stored.data_vars})
    return of_replicates(system.prior, replicates)


def read_start(
    network: str, prior: str | None, experiment: str | None, settings: dict, system: System
) -> Start:
    """What a stage starts from; without a file of an experiment, the study's first design.

    experiment: file of a chosen design, or of what was measured, whose first reading it is.
    """
    replicates = settings["replicates"]
    design = (
        system.from_units(jnp.asarray(_first_design(store.read(experiment))))
        if experiment
        else system.first_design(settings["experiment"])
    )
    return Start(
        jnp.broadcast_to(design, (replicates, design.shape[-1])),
        jnp.asarray(read_weights(network, replicates)),
        read_prior(prior, system, replicates),
    )


def _first_design(dataset: xr.Dataset) -> Float[np.ndarray, "replicate coordinates"]:
    design = dataset.design
    return (design.isel(reading=0) if "reading" in design.dims else design).values


def read_measurements(system: System, paths: list[str]) -> tuple[list[float], Measurements]:
    """(times, measurements with a leading replicate axis) of several files, all in use; one a
    reading.
    """
    parts: list[xr.Dataset] = [store.read(path) for path in paths]
    if parts and "reading" in parts[0].dims:
        return _read_readings(system, parts)
    fields = (
        np.stack([part[name].values for part in parts], axis=1)
        for name in ("design", "observation", "deviation")
    )
    designs, observed, deviation = map(jnp.asarray, fields)
    return [float(part.time) for part in parts], Measurements(
        system.from_units(designs),
        system.noise.coordinates(observed),
        system.noise.deviation_coordinates(deviation),
        jnp.ones(observed.shape[:2]),
    )


def _read_readings(system: System, parts: list[xr.Dataset]) -> tuple[list[float], Measurements]:
    """The same of files of a laboratory's readings."""
    whole = xr.concat([part.drop_vars("time") for part in parts], dim="reading")
    times = [float(part.time) for part in parts for _ in range(part.sizes["reading"])]
    there, own = whole.measured.values > 0, whole.own_deviation.values
    observed = system.noise.coordinates(jnp.where(there, whole.observation.values, jnp.nan))
    # of outputs that are not there nothing is read
    values = jnp.where(there, observed, 1.0)
    return times, Measurements(
        design=system.from_units(jnp.asarray(whole.design.values)),
        observed=observed,
        deviation=jax.jit(system.noise.deviation)(values),
        used=jnp.ones(there.shape[:2]),
        own=jnp.where(own > 0, own, jnp.nan),
    )


def noiseless(settings: dict) -> bool:
    """Whether measurements are simulated without noise."""
    block = settings["noise"] if "plume" in settings else settings
    return block.get("observation_noise") == "none"


def observation_noise(
    settings: dict, seed: int, labels: tuple[str | int, ...], outputs: tuple[int, ...] = ()
) -> Float[AnyArray, "replicate *outputs"]:
    """Standard normal noise of one measurement's outputs, zero where the study's
    `observation_noise` is none; labels: study, stage and kind of the measurement.

    The search and the measurement of a design share it: a measured utility is that of the datum
    that comes.
    """
    if noiseless(settings):
        return np.zeros((settings["replicates"], *outputs))
    key = key_for(seed, "measure", *labels)
    return jax.jit(
        lambda key: jax.vmap(lambda one: jax.random.normal(one, outputs))(
            replicate_keys(key, settings["replicates"])
        )
    )(key)
