"""Does an EKI schedule measure information? Its gain, design by design, against the true gain about
the weights.
"""

import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.keys import key_for, replicate_keys
from boed.studies.assessment import gain_comparison
from boed.studies.assessment.gain_comparison import ComparisonInputs, GainComparison
from boed.studies.assessment.gain_datasets import comparison_dataset
from boed.studies.hybrid.stage_files import observation_noise, read_weights
from boed.systems.plume.plume_system import plume_system


def main(snakemake) -> xr.Dataset:
    params, labels = snakemake.params, (snakemake.wildcards.study, int(snakemake.wildcards.stage))
    settings, sizes = params.settings, params.settings["gain_comparison"]
    problem, replicates = plume_system(settings), settings["replicates"]
    shown = slice(min(sizes["shown"], replicates))
    chosen = store.read(snakemake.input.experiment).isel(replicate=shown)
    start = store.read(snakemake.input.physical).design.values[shown]
    window = gain_comparison.window_grid(start, settings, sizes["grid"])
    updates, path = gain_comparison.thinned_path(
        chosen.path.values, chosen.design.values, sizes["path_points"]
    )
    key = key_for(params.seed, "compare_gains", *labels)
    inputs = ComparisonInputs(
        designs=np.concatenate([window, path], axis=1),
        weights=read_weights(snakemake.input.network, replicates)[shown],
        centre=chosen.centre.values,
        noise=observation_noise(settings, params.seed, (*labels, "discrepancy"))[shown],
        key=replicate_keys(key, replicates)[shown],
    )
    compare = GainComparison(
        problem=problem,
        block=settings["discrepancy_experiment"],
        ensembles=sizes["ensembles"],
        samples=sizes["samples"],
    )
    comparison = compare(problem.moment(settings["time"]), inputs)
    return comparison_dataset(comparison, start, window, updates, path)


if __name__ == "__main__":
    job.run(main, snakemake)
