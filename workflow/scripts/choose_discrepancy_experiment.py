"""Choose the design that teaches the network most: Adam ascent of the ensemble information gain by AD-EKI."""

import jax
import xarray as xr

from boed import ad_eki, eki, inversion, job, search, store
from boed.discrepancy_experiment import discrepancy_experiment
from boed.inputs import observation_noise, read_weights
from boed.keys import key_for
from boed.network import tanh_network
from boed.replicated_search import search_replicates


def main(snakemake) -> xr.Dataset:
    params, stage = snakemake.params, int(snakemake.wildcards.stage)
    settings, block = params.settings, params.settings["discrepancy_experiment"]
    replicates = settings["replicates"]
    study = inversion.setup(settings, tanh_network(**params.shape))
    weights = read_weights(snakemake.input.network, replicates)
    centre = store.read(snakemake.input.belief).most_probable.values
    start = store.read(snakemake.input.experiment).design.values
    moment = study.plume.moment(settings["time"])
    noise = observation_noise(params.seed, snakemake.wildcards.study, stage, "discrepancy", settings)
    plan = eki.schedule(block["schedule"], block["iterations"])
    shape = (block["deviation"], block["members"], block["iterations"], 1)
    ascent = search.Ascent(block["rate"], block["drift"], block["stop_after_clips"], block["jump"])

    def advance(state, keys, moment, start, weights, centre, noise):
        experiment = discrepancy_experiment(study, moment, centre, noise)

        def measured(design, key):
            ensemble, perturbations = ad_eki.draw(key, weights, *shape)
            return ad_eki.value_and_gradient(design, experiment, ensemble, perturbations, plan)

        def predicted(design, key):
            own, others = jax.random.split(key)
            ensemble, perturbations = ad_eki.draw(own, weights, *shape)
            samples = ad_eki.draw_samples(others, weights, block["deviation"], block["samples"], outputs=1)
            return ad_eki.expected_value_and_gradient(design, experiment, ensemble, perturbations, plan, samples)

        domain = settings["experiment"]
        box = search.window(start, block["move_limit"], domain["lower"], domain["upper"])
        utility = {"measured": measured, "predicted": predicted}[block["utility"]]
        return search.ascend(state, utility, keys, box, ascent)

    every = jax.jit(jax.vmap(advance, in_axes=(0, 0, None, 0, 0, 0, 0)))
    key = key_for(params.seed, "choose_discrepancy_experiment", snakemake.wildcards.study, stage)
    return search_replicates(
        lambda state, keys: every(state, keys, moment, start, weights, centre, noise),
        start,
        key,
        block["steps"],
        ascent,
    )


if __name__ == "__main__":
    job.run(main, snakemake)
