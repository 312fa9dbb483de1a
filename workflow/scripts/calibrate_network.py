"""Calibrate what is learned of the source on the measurements of all stages so far."""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import inversion, job, store
from boed.inputs import read_measurements, read_weights
from boed.keys import key_for, replicate_keys
from boed.network_calibration import network_calibration
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params, stage, source = snakemake.params, int(snakemake.wildcards.stage), snakemake.input
    settings, block = params.settings, params.settings["calibration"]
    study = inversion.setup(settings)
    weights, first = (
        jnp.asarray(read_weights(path, settings["replicates"])) for path in (source.network, source.first)
    )
    centre = jnp.asarray(store.read(source.belief).most_probable.values)
    times, data = read_measurements([*source.physical, *source.discrepancy])
    fitted = np.array([block["data"] == "all"] * len(source.physical) + [True] * len(source.discrepancy), dtype=float)
    keys = replicate_keys(key_for(params.seed, "calibrate_network", snakemake.wildcards.study, stage), len(weights))
    calibrate = network_calibration(study, settings)
    trained, info = calibrate(
        study.plume.moments(times), jnp.asarray(block["rate"]), data, data.used * fitted, weights, first, centre, keys
    )
    loss = np.asarray(info.loss)
    job.LOG.info("%d data, loss %s → %s", len(times), loss[:, 0], loss[:, -1])
    return xr.Dataset(
        {
            "weights": variable(("replicate", "weight"), trained, "1", "weights"),
            "loss": variable(("replicate", "step"), loss, "1", "−log likelihood − log prior before each step"),
            "gradient_norm": variable(("replicate", "step"), info.gradient_norm, "1", "norm of the loss gradient"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
