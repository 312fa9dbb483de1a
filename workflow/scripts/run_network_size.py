"""AD-EKI design for a network of one size: what a gradient costs, and how near to the source the study ends."""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import job, plume, sequence
from boed.keys import key_for
from boed.measuring import WORDS, Cost, in_own_process
from boed.pretraining import pretrained
from boed.scaling import Size, point
from boed.store import variable

ERRORS = {
    "location_error": ("length", "distance of the MAP from the true source at the stage's end"),
    "posterior_spread": ("length", "equivalent deviation of the belief at the stage's end"),
    "total_relative_error": ("1", "relative error of the field at the stage's end"),
    "discrepancy_gain": ("nat", "information that the discrepancy datum gave, 0 without one"),
}


def starting_weights(settings: dict, key):
    """Weights of a network of this size fitted to part of the true discrepancy, and the misfit left."""
    truth, model = (plume.sharp_source(settings[name]) for name in ("truth", "model"))
    block = settings["network"]
    _, weights, loss, wanted = pretrained(
        key, block, lambda offsets: truth(offsets) - model(offsets), block["precision"]
    )
    return weights, float(jnp.sqrt(loss[-1] / jnp.mean(wanted**2)))


def main(snakemake) -> xr.Dataset:
    params, size = snakemake.params, snakemake.wildcards.size
    settings = params.settings
    # first, while this process has not run anything of JAX
    spent, gradient = in_own_process(point, settings | params.point, "reverse", Size(**params.cost), params.seed)
    job.LOG.info("a gradient takes %.3f s, peak %.0f MB", spent.seconds, spent.peak_bytes / 1e6)
    weights, misfit = starting_weights(settings, key_for(params.seed, "run_network_size", params.study, size))
    job.LOG.info("%d weights, misfit after pre-training %.3f of what is missing", weights.size, misfit)
    first = np.broadcast_to(weights, (settings["replicates"], weights.size))
    record = sequence.run(sequence.kernels(settings), settings, params.seed, params.study, first)
    job.LOG.info("median distance by stage %s", np.median(record.location_error, axis=1).round(4))
    data = {name: variable((), getattr(spent, name), *WORDS[name]) for name in Cost._fields}
    data |= {name: variable(("stage", "replicate"), getattr(record, name), *words) for name, words in ERRORS.items()}
    data["weights"] = variable((), weights.size, "1", "weights of the network")
    data["misfit"] = variable((), misfit, "1", "misfit after pre-training, part of what is missing")
    data["information_gain"] = variable((), gradient[0], "nat", "information gain whose gradient is measured")
    data["stage"] = variable("stage", np.arange(1, len(record.location_error) + 1), "1", "stage")
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
