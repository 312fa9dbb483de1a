"""Update the belief about the source position with measurements, under a given network."""

import jax.numpy as jnp
import xarray as xr

from boed import inversion, job
from boed.belief_update import belief_update
from boed.inputs import read_measurements, read_prior, read_weights
from boed.store import variable

POINT, CELLS = ("replicate", "coordinate"), ("replicate", "x", "y")
STORED = {
    "log_probability": (CELLS, "1", "log probability of the cell"),
    "most_probable": (POINT, "length", "MAP source position"),
    "mean": (POINT, "length", "mean source position"),
    "spread": ("replicate", "length", "equivalent deviation"),
    "location_error": ("replicate", "length", "distance of the MAP from the true source"),
    "credible_level": ("replicate", "1", "probability of the credible region that just reaches the true source"),
    "information_gain": ("replicate", "nat", "gain over the prior of this update"),
}


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    study = inversion.setup(settings)
    times, data = read_measurements([*snakemake.input.physical, *snakemake.input.discrepancy])
    weights = jnp.asarray(read_weights(snakemake.input.network, settings["replicates"]))
    prior = jnp.asarray(read_prior(snakemake.input.get("prior"), study.cells, settings["replicates"]))
    result = belief_update(study, settings)(study.plume.moments(times), data, weights, prior)
    dataset = xr.Dataset({name: variable(dims, result[name], *words) for name, (dims, *words) in STORED.items()})
    return dataset.assign(
        x=variable("x", study.cells.x, "length", "source position x"),
        y=variable("y", study.cells.y, "length", "source position y"),
    )


if __name__ == "__main__":
    job.run(main, snakemake)
