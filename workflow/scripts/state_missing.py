"""Weights of what a described system's model misses, before any data: they correct nothing."""

import jax.numpy as jnp
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.systems.described import described


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    replicates, missing = settings["replicates"], None
    # others of the study's variants may hold in their beliefs what some learn
    if snakemake.wildcards.weights != "none":
        missing = described(settings | {"joint": False}).missing
    keys = replicate_keys(
        key_for(params.seed, "state_missing", snakemake.wildcards.study), replicates
    )
    if missing is None:
        weights = jnp.zeros((replicates, 1))
    else:
        weights = jnp.stack([missing.initialise(key) for key in keys])
    words = "weights of what is missing"
    return xr.Dataset({"weights": variable(("replicate", "weight"), weights, "1", words)})


if __name__ == "__main__":
    job.run(main, snakemake)
