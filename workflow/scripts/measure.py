"""Measure the true system at a chosen design. Here nature is simulated: put a laboratory's data in its place."""

import jax
import numpy as np
import xarray as xr

from boed import inversion, job, store
from boed.inputs import observation_noise
from boed.network import tanh_network
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params, wildcards = snakemake.params, snakemake.wildcards
    stage = int(wildcards.stage)
    settings, time = params.settings, params.settings["times"][stage - 1]
    study = inversion.setup(settings, tanh_network(**params.shape))
    design = store.read(snakemake.input.experiment).design.values
    noise = observation_noise(params.seed, wildcards.study, stage, wildcards.kind, settings)
    every = jax.jit(jax.vmap(lambda m, d: inversion.true_value(study, m, d), in_axes=(None, 0)))
    true = np.asarray(every(study.plume.moment(time), design))
    observed = true + np.asarray(study.noise.deviation(true)) * noise
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), design, "length", "measured position"),
            "time": variable((), time, "time", "time of the measurement"),
            "observation": variable("replicate", observed, "concentration", "measured concentration"),
            "noise_free": variable("replicate", true, "concentration", "true concentration"),
            "deviation": variable(
                "replicate", study.noise.deviation(observed), "concentration", "assumed deviation of the noise"
            ),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
