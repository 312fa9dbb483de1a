"""Choose a stage's physical design: ascent of the information gain about the source position."""

import jax.numpy as jnp
import xarray as xr

from boed import inversion, job, store
from boed.inputs import observation_noise, read_prior, read_weights
from boed.keys import key_for
from boed.physical_experiment import physical_search
from boed.replicated_search import search_dataset


def main(snakemake) -> xr.Dataset:
    params, study_name, stage = snakemake.params, snakemake.wildcards.study, int(snakemake.wildcards.stage)
    settings, block = params.settings, params.settings["experiment"]
    replicates = settings["replicates"]
    study = inversion.setup(settings)
    weights = jnp.asarray(read_weights(snakemake.input.network, replicates))
    prior = jnp.asarray(read_prior(snakemake.input.get("prior"), study.cells, replicates))
    start = jnp.broadcast_to(jnp.asarray(block["initial"]), (replicates, 2))
    if snakemake.input.get("previous"):
        start = jnp.asarray(store.read(snakemake.input.previous).design.values)
    noise = jnp.asarray(observation_noise(params.seed, study_name, stage, "physical", settings))
    key = key_for(params.seed, "choose_experiment", study_name, stage)
    search = physical_search(study, settings)
    moment = study.plume.moment(settings["time"])
    return search_dataset(*search(moment, start, (weights, prior, noise), key, block["steps"]))


if __name__ == "__main__":
    job.run(main, snakemake)
