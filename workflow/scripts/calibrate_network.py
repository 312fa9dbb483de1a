"""Calibrate the network on the discrepancy data of all stages so far."""

import jax
import numpy as np
import xarray as xr

from boed import calibration, inversion, job, store
from boed.inputs import read_weights
from boed.keys import key_for, replicate_keys
from boed.network import tanh_network
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params, stage = snakemake.params, int(snakemake.wildcards.stage)
    settings, block = params.settings, params.settings["calibration"]
    study = inversion.setup(settings, tanh_network(**params.shape))
    weights = read_weights(snakemake.input.network, settings["replicates"])
    centre = store.read(snakemake.input.belief).most_probable.values
    data = [store.read(path) for path in snakemake.input.measurements]
    moments = study.plume.moments([float(part.time) for part in data])
    designs, observed, deviation = (
        np.stack([part[name].values for part in data], axis=1) for name in ("design", "observation", "deviation")
    )
    descent = calibration.Descent(block["steps"], block["rate"], block["jitter"], block["jitter_decay"])

    def train(moments, weights, designs, observed, deviation, centre, key):
        predict = inversion.predictions(study, moments, designs)
        return calibration.calibrate(weights, predict, observed, deviation, centre, key, descent)

    key = key_for(params.seed, "calibrate_network", snakemake.wildcards.study, stage)
    keys = replicate_keys(key, settings["replicates"])
    every = jax.jit(jax.vmap(train, in_axes=(None, 0, 0, 0, 0, 0, 0)))
    trained, info = every(moments, weights, designs, observed, deviation, centre, keys)
    loss = np.asarray(info.loss)
    job.LOG.info("%d data, loss %s → %s", len(data), loss[:, 0], loss[:, -1])
    return xr.Dataset(
        {
            "weights": variable(("replicate", "weight"), trained, "1", "network weights"),
            "loss": variable(("replicate", "step"), loss, "1", "negative log likelihood before each step"),
            "gradient_norm": variable(("replicate", "step"), info.gradient_norm, "1", "norm of the loss gradient"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
