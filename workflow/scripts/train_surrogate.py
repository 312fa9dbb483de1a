"""A network that learns the fields of one layout: 80 % of the sources to learn from, 20 % to be
tested on.
"""

import jax
import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.sensors import sensor_samples, surrogate_files
from boed.systems.diffusion import layout, surrogate_training


def main(snakemake) -> xr.Dataset:
    settings, block = snakemake.params.settings, snakemake.params.settings["surrogate"]
    readings = surrogate_files.read_training(snakemake.input[0], settings)
    first, second = jax.random.split(
        key_for(snakemake.params.seed, "train_surrogate", snakemake.wildcards.layout)
    )
    parts, part = surrogate_training.parted(readings, first, block)
    symmetries = layout.symmetries(sensor_samples.buildings_of(settings))
    # the identity comes first
    symmetries = {"fold": symmetries, "none": symmetries[:1]}[block["symmetry"]]
    trained = surrogate_training.train(parts, symmetries, second, block)
    data = surrogate_files.training_variables(trained.losses, block["check_every"], part)
    return xr.Dataset(surrogate_files.surrogate_variables(trained.surrogate) | data)


if __name__ == "__main__":
    job.run(main, snakemake)
