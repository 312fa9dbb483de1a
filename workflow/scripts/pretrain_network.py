"""Fit the discrepancy network to part of the true discrepancy: the weights that every variant starts from."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import job, plume
from boed.keys import key_for
from boed.network import tanh_network
from boed.pretraining import fit, sample_offsets
from boed.store import variable


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    block, recipe = params.settings["network"], params.settings["network"]["pretraining"]
    first, second = jax.random.split(key_for(params.seed, "pretrain_network", snakemake.wildcards.study))
    network = tanh_network(block["hidden"], block["depth"])
    initial = network.initialise(first, block["first_layer_scale"])
    truth, model = (plume.sharp_source(params.settings[name]) for name in ("truth", "model"))
    offsets = sample_offsets(second, recipe["samples"], recipe["near"], recipe["far"])
    wanted = recipe["fraction"] * (truth(offsets) - model(offsets))
    weights, loss = jax.jit(fit, static_argnums=(0, 4, 5))(
        network, initial, offsets, wanted, recipe["steps"], recipe["rate"]
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
