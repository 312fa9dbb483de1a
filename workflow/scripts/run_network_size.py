"""AD-EKI design for a network of one size: what a gradient costs, and how near to the source the
study ends.
"""

import numpy as np
import xarray as xr

from boed.costs.profiling import WORDS, Cost, in_own_process
from boed.costs.scaling import Size, point
from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.studies.hybrid import campaign
from boed.systems.plume import plume_solver
from boed.systems.plume.starting_networks import pretrained_each

ERRORS = {
    "location_error": ("length", "distance of the MAP from the true source at the stage's end"),
    "posterior_spread": ("length", "equivalent deviation of the belief at the stage's end"),
    "total_relative_error": ("1", "relative error of the field at the stage's end"),
    "discrepancy_gain": ("nat", "information that the discrepancy datum gave, 0 without one"),
}


def starting_weights(settings: dict, key):
    """Weights of a network of this size a replicate, fitted to part of the true discrepancy, and
    the misfit left.
    """
    truth, model = (plume_solver.sharp_source(settings[name]) for name in ("truth", "model"))
    keys = replicate_keys(key, settings["replicates"])
    weights, loss, wanted = pretrained_each(
        keys, settings["network"], lambda offsets: truth(offsets) - model(offsets)
    )
    return weights, np.sqrt(np.asarray(loss)[:, -1]) / np.asarray(wanted)


def main(snakemake) -> xr.Dataset:
    params, size = snakemake.params, snakemake.wildcards.size
    settings = params.settings
    # first, while this process has not run anything of JAX
    spent, gradient = in_own_process(
        point, settings | params.point, "reverse", Size(**params.cost), params.seed
    )
    job.LOG.info("a gradient takes %.3f s, peak %.0f MB", spent.seconds, spent.peak_bytes / 1e6)
    first, misfit = starting_weights(
        settings, key_for(params.seed, "run_network_size", params.study, size)
    )
    job.LOG.info(
        "%d weights, misfit after pre-training %s of what is missing",
        first.shape[1],
        misfit.round(3),
    )
    record = campaign.run(campaign.kernels(settings), settings, params.seed, params.study, first)
    job.LOG.info("median distance by stage %s", np.median(record.location_error, axis=1).round(4))
    data = {name: variable((), getattr(spent, name), *WORDS[name]) for name in Cost._fields}
    data |= {
        name: variable(("stage", "replicate"), getattr(record, name), *words)
        for name, words in ERRORS.items()
    }
    data["weights"] = variable((), first.shape[1], "1", "weights of the network")
    data["misfit"] = variable(
        "replicate", misfit, "1", "misfit after pre-training, part of what is missing"
    )
    data["information_gain"] = variable(
        (), gradient[0], "nat", "information gain whose gradient is measured"
    )
    data["stage"] = variable("stage", np.arange(1, len(record.location_error) + 1), "1", "stage")
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
