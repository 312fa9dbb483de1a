"""Fit a network a replicate to part of the true discrepancy: what a study starts from
by default.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume import plume_solver
from boed.systems.plume.sources import Missing
from boed.systems.plume.starting_networks import pretrained_each


def main(snakemake) -> xr.Dataset:
    params, block = snakemake.params, snakemake.params.settings["network"]
    truth, model = (plume_solver.sharp_source(params.settings[name]) for name in ("truth", "model"))
    key = key_for(params.seed, "pretrain_network", snakemake.wildcards.study)
    keys = replicate_keys(key, params.settings["replicates"])
    missing = Missing(truth, model)
    weights, loss, wanted = pretrained_each(keys, block, missing)
    left = np.sqrt(np.asarray(loss)[:, -1]) / np.asarray(wanted)
    job.LOG.info("misfit left, part of what is fitted: %s", left.round(3))
    radius = np.linspace(0.0, 0.3, 61)
    angle = np.linspace(0.0, 2 * np.pi, 36, endpoint=False)
    circles = radius[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    on_axis = np.stack([radius, np.zeros_like(radius)], axis=-1)
    network, source = tanh_network(block["hidden"], block["depth"]), "concentration/time"
    values = jnp.stack([network.apply(one, circles).mean(axis=1) for one in weights])
    return xr.Dataset(
        {
            "weights": variable(("replicate", "weight"), weights, "1", "network weights"),
            "misfit": variable(
                "replicate", left, "1", "misfit after the fit, part of what is fitted"
            ),
            "radius": variable("radius", radius, "length", "distance from the source centre"),
            "network": variable(
                ("replicate", "radius"), values, source, "network, mean over directions"
            ),
            "needed": variable("radius", missing(on_axis), source, "true minus modelled source"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
