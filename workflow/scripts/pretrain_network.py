"""Fit the discrepancy network to part of the true discrepancy: the weights that every variant starts from."""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import job, plume
from boed.keys import key_for
from boed.pretraining import pretrained
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    truth, model = (plume.sharp_source(params.settings[name]) for name in ("truth", "model"))
    key = key_for(params.seed, "pretrain_network", snakemake.wildcards.study)
    network, weights, loss, wanted = pretrained(
        key, params.settings["network"], lambda offsets: truth(offsets) - model(offsets)
    )
    job.LOG.info("root mean square misfit %.3g, wanted %.3g", loss[-1] ** 0.5, jnp.sqrt(jnp.mean(wanted**2)))
    radius = np.linspace(0.0, 0.3, 61)
    angle = np.linspace(0.0, 2 * np.pi, 36, endpoint=False)
    circles = radius[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    on_axis = np.stack([radius, np.zeros_like(radius)], axis=-1)
    source = "concentration/time"
    return xr.Dataset(
        {
            "weights": variable("weight", weights, "1", "network weights"),
            "loss": variable("step", loss, f"({source})^2", "mean squared misfit before each step"),
            "radius": variable("radius", radius, "length", "distance from the source centre"),
            "network": variable(
                "radius", network.apply(weights, circles).mean(axis=1), source, "network, mean over directions"
            ),
            "needed": variable("radius", truth(on_axis) - model(on_axis), source, "true minus modelled source"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
