"""The Pareto front of expected utility against its variance, for one sensor and for two, from
adjoint solutions.
"""

import jax
import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.keys import key_for
from boed.studies.sensors import sensor_front, sensor_samples, sensor_utility
from boed.systems.diffusion import forward_models


def main(snakemake) -> xr.Dataset:
    settings, layout = snakemake.params.settings, snakemake.wildcards.layout
    block, noise = settings["front"], settings["noise"]
    buildings = sensor_samples.buildings_of(settings)
    prior = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    model = forward_models.adjoint(buildings, settings, prior)
    first, second = jax.random.split(key_for(snakemake.params.seed, "trace_front", layout))
    rng = np.random.default_rng(int(jax.random.randint(second, (), 0, 2**31 - 1)))
    grid = sensor_front.grid_of(settings, buildings)
    table = sensor_front.reading_table(model, grid, settings["batch"])
    evaluate = sensor_front.pair_moments(table, noise, block["draws"], first)
    pairs = sensor_front.traced(block, evaluate, grid, rng)
    data = sensor_front.dataset(grid, pairs, store.read(snakemake.input.exact))
    search = store.read(snakemake.input.search)
    return data.assign(sensor_front.beside_searches(pairs, search, model, noise))


if __name__ == "__main__":
    job.run(main, snakemake)
