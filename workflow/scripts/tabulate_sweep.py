"""A sweep as a table: one row a case and stage, median, 10th and 90th percentile and worst over
replicates.
"""

import itertools

import numpy as np

from boed.jobs import job, store

QUANTITIES = ("location_error", "posterior_spread", "total_relative_error")
QUANTILES = {"median": 0.5, "p10": 0.1, "p90": 0.9, "worst": 1.0}


def main(snakemake):
    sweep = store.read(snakemake.input[0])
    axes = [dim for dim in sweep.location_error.dims if dim not in ("stage", "replicate")]
    statistics = [f"{name}_{part}" for name in QUANTITIES for part in QUANTILES]
    rows = []
    for *values, stage in itertools.product(
        *(sweep[axis].values for axis in axes), sweep.stage.values
    ):
        part = sweep.sel(dict(zip(axes, values, strict=True)) | {"stage": stage})
        numbers = [
            np.quantile(part[name].values, q) for name in QUANTITIES for q in QUANTILES.values()
        ]
        covered = np.mean(part.credible_level.values < 0.9)
        rows.append([*values, stage, *(f"{number:.4g}" for number in numbers), f"{covered:.3g}"])
    return [*axes, "stage", *statistics, "covered_by_90_percent_region"], rows


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
