"""Update the belief about the source position with the physical measurement, under a given network."""

import jax
import numpy as np
import xarray as xr

from boed import belief, inversion, job, store
from boed.inputs import read_prior, read_weights
from boed.map_estimate import most_probable
from boed.network import tanh_network
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    settings, grid = params.settings, params.settings["belief"]
    study = inversion.setup(settings, tanh_network(**params.shape))
    data = store.read(snakemake.input.measurement)
    weights = read_weights(snakemake.input.network, settings["replicates"])
    prior = read_prior(snakemake.input.get("prior"), study.cells, settings["replicates"])

    def update(moment, design, observed, weights, prior):
        posterior = inversion.posterior(study, moment, design, observed, weights, prior)
        return {
            "log_probability": posterior,
            "most_probable": most_probable(posterior, study.cells, grid["map_window"], grid["map_refinement"]),
            "mean": belief.mean(posterior, study.cells),
            "spread": belief.spread(posterior, study.cells),
            "information_gain": belief.information_gain(posterior, prior),
        }

    moment = study.plume.moment(settings["time"])
    every = jax.jit(jax.vmap(update, in_axes=(None, 0, 0, 0, 0)))
    result = every(moment, data.design.values, data.observation.values, weights, prior)
    error = np.linalg.norm(result["most_probable"] - np.array(settings["truth"]["location"]), axis=-1)
    point, cells = ("replicate", "coordinate"), ("replicate", "x", "y")
    return xr.Dataset(
        {
            "x": variable("x", study.cells.x, "length", "source position x"),
            "y": variable("y", study.cells.y, "length", "source position y"),
            "log_probability": variable(cells, result["log_probability"], "1", "log probability of the cell"),
            "most_probable": variable(point, result["most_probable"], "length", "MAP source position"),
            "mean": variable(point, result["mean"], "length", "mean source position"),
            "spread": variable("replicate", result["spread"], "length", "equivalent deviation"),
            "location_error": variable("replicate", error, "length", "distance of the MAP from the true source"),
            "information_gain": variable("replicate", result["information_gain"], "nat", "gain over the prior"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
