"""Fields of random sources by time stepping, what the surrogate learns from
(mean_variance §4.3.2).
"""

import numpy as np
import xarray as xr

from boed.jobs import job, resumable
from boed.keys import key_for
from boed.studies.sensors import sensor_samples, training_data
from boed.systems.diffusion import layout, placement


def main(snakemake) -> xr.Dataset:
    settings, block = snakemake.params.settings, snakemake.params.settings["training"]
    buildings = sensor_samples.buildings_of(settings)
    layout.check(buildings)
    key = key_for(snakemake.params.seed, "simulate_training_data", snakemake.wildcards.layout)
    sources = placement.draw(key, buildings, block["sources"])
    axis, free = placement.sensors(buildings, block["nodes"])
    batches = training_data.batches(buildings, settings, sources)
    done = resumable.resumed(
        len(batches.parts), batches, snakemake.output[0], job.provenance(snakemake)
    )
    values = np.concatenate([batch.concentration.values for batch in done])
    return training_data.dataset(values, sources, axis, free)


def save(dataset: xr.Dataset, snakemake) -> None:
    """The whole, then no more batches."""
    job.save_dataset(dataset, snakemake)
    resumable.remove(snakemake.output[0])


if __name__ == "__main__":
    job.run(main, snakemake, save=save)
