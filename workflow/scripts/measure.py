"""Measure the true system at a chosen design. Here nature is simulated: put a laboratory's data in its place."""

import jax
import numpy as np
import xarray as xr

from boed import job, plume, store
from boed.inputs import observation_noise
from boed.noise import Noise
from boed.sources import Source
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params, wildcards = snakemake.params, snakemake.wildcards
    settings = params.settings
    solver, noise_model = (
        plume.solver(settings["plume"]),
        Noise(settings["noise"]["constant"], settings["noise"]["relative"]),
    )
    source, location = Source(plume.sharp_source(settings["truth"])), np.array(settings["truth"]["location"])
    design = store.read(snakemake.input.experiment).design.values
    noise = observation_noise(params.seed, wildcards.study, int(wildcards.stage), wildcards.kind, settings)
    read = jax.jit(jax.vmap(lambda m, d: solver.observer(m, location, d)(source), in_axes=(None, 0)))
    true = np.asarray(read(solver.moment(settings["time"]), design))
    observed = true + np.asarray(noise_model.deviation(true)) * noise
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), design, "length", "measured position"),
            "time": variable((), settings["time"], "time", "time of the measurement"),
            "observation": variable("replicate", observed, "concentration", "measured concentration"),
            "noise_free": variable("replicate", true, "concentration", "true concentration"),
            "deviation": variable(
                "replicate", noise_model.deviation(observed), "concentration", "assumed deviation of the noise"
            ),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
