"""AD-EKI design for a network of one size: what a gradient costs, and how near to the source the
study ends.
"""

import numpy as np
import xarray as xr

from boed.costs.profiling import WORDS, Cost, in_own_process
from boed.costs.scaling import Size, point
from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.assessment.network_size import starting_weights
from boed.studies.sweeps import campaign
from boed.studies.sweeps.campaign_variables import record_variables

KEPT = ("location_error", "posterior_spread", "total_relative_error", "discrepancy_gain")


def main(snakemake) -> xr.Dataset:
    params, size = snakemake.params, snakemake.wildcards.size
    settings = params.settings
    # first, while this process has not run anything of JAX
    spent, gradient = in_own_process(
        point, settings | params.point, "reverse", Size(**params.cost), params.seed
    )
    job.LOG.info("a gradient takes %.3f s, peak %.0f MB", spent.seconds, spent.peak_bytes / 1e6)
    key = key_for(params.seed, "run_network_size", params.study, size)
    first, misfit = starting_weights(settings, key)
    job.LOG.info("%d weights, misfit %s of what is missing", first.shape[1], misfit.round(3))
    record = campaign.run(campaign.kernels(settings), settings, params.seed, params.study, first)
    job.LOG.info("median distance by stage %s", np.median(record.location_error, axis=1).round(4))
    data = {name: variable((), getattr(spent, name), *WORDS[name]) for name in Cost._fields}
    data |= record_variables(record, KEPT)
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
