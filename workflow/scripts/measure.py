"""Measure the true system at a chosen design. Here nature is simulated: put a laboratory's data in its place."""

import jax.numpy as jnp
import xarray as xr

from boed import inversion, job, store
from boed.inputs import observation_noise
from boed.measurement import measurement
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params, wildcards = snakemake.params, snakemake.wildcards
    settings = params.settings
    study = inversion.setup(settings)
    design = jnp.asarray(store.read(snakemake.input.experiment).design.values)
    noise = observation_noise(params.seed, wildcards.study, int(wildcards.stage), wildcards.kind, settings)
    observed, true = measurement(study)(study.plume.moment(settings["time"]), design, jnp.asarray(noise))
    deviation = study.noise.deviation(observed)
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), design, "length", "measured position"),
            "time": variable((), settings["time"], "time", "time of the measurement"),
            "observation": variable("replicate", observed, "concentration", "measured concentration"),
            "noise_free": variable("replicate", true, "concentration", "true concentration"),
            "deviation": variable("replicate", deviation, "concentration", "assumed deviation of the noise"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
