"""Choose the design that teaches the model's discrepancy most: ascent of the ensemble information gain by AD-EKI."""

import jax.numpy as jnp
import xarray as xr

from boed import inversion, job, store
from boed.discrepancy_experiment import discrepancy_search
from boed.inputs import observation_noise, read_weights
from boed.keys import key_for
from boed.replicated_search import search_dataset


def main(snakemake) -> xr.Dataset:
    params, study_name, stage = snakemake.params, snakemake.wildcards.study, int(snakemake.wildcards.stage)
    settings = params.settings
    study = inversion.setup(settings)
    weights = jnp.asarray(read_weights(snakemake.input.network, settings["replicates"]))
    centre = jnp.asarray(store.read(snakemake.input.belief).most_probable.values)
    start = jnp.asarray(store.read(snakemake.input.experiment).design.values)
    noise = jnp.asarray(observation_noise(params.seed, study_name, stage, "discrepancy", settings))
    key = key_for(params.seed, "choose_discrepancy_experiment", study_name, stage)
    search = discrepancy_search(study, settings)
    moment, steps = study.plume.moment(settings["time"]), settings["discrepancy_experiment"]["steps"]
    return search_dataset(*search(moment, start, (weights, centre, noise), key, steps))


if __name__ == "__main__":
    job.run(main, snakemake)
