"""Choose a stage's physical design: Adam ascent of the information gain about the source position."""

import jax
import numpy as np
import xarray as xr

from boed import inversion, job, search, store
from boed.inputs import observation_noise, read_prior, read_weights
from boed.keys import key_for
from boed.network import tanh_network
from boed.replicated_search import search_replicates


def main(snakemake) -> xr.Dataset:
    params, stage = snakemake.params, int(snakemake.wildcards.stage)
    settings, block = params.settings, params.settings["experiment"]
    replicates = settings["replicates"]
    study = inversion.setup(settings, tanh_network(**params.shape))
    weights = read_weights(snakemake.input.network, replicates)
    prior = read_prior(snakemake.input.get("prior"), study.cells, replicates)
    start = np.broadcast_to(block["initial"], (replicates, 2))
    if snakemake.input.get("previous"):
        start = store.read(snakemake.input.previous).design.values
    moment = study.plume.moment(settings["time"])
    noise = observation_noise(params.seed, snakemake.wildcards.study, stage, "physical", settings)
    ascent = search.Ascent(block["rate"], block["drift"], block["stop_after_clips"], block["jump"])

    def advance(state, keys, moment, start, weights, prior, noise):
        utilities = {
            "measured": lambda design: inversion.measured_utility(study, moment, design, weights, prior, noise),
            "predicted": lambda design: inversion.predicted_utility(
                study, moment, design, weights, prior, block["quadrature_nodes"]
            ),
        }

        def utility(design, _):
            return jax.value_and_grad(utilities[block["utility"]])(design)

        box = search.window(start, block["move_limit"], block["lower"], block["upper"])
        return search.ascend(state, utility, keys, box, ascent)

    every = jax.jit(jax.vmap(advance, in_axes=(0, 0, None, 0, 0, 0, 0)))
    key = key_for(params.seed, "choose_experiment", snakemake.wildcards.study, stage)
    return search_replicates(
        lambda state, keys: every(state, keys, moment, start, weights, prior, noise),
        start,
        key,
        block["steps"],
        ascent,
    )


if __name__ == "__main__":
    job.run(main, snakemake)
