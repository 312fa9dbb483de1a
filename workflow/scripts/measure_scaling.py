"""What AD-EKI's gain and gradient cost through one solver, for every mode and size, each in a
process of its own.
"""

import xarray as xr

from boed.costs import scaling_study
from boed.costs.scaling import point
from boed.jobs import exclusive_runs, job, progress


def main(snakemake) -> xr.Dataset:
    params, costs = snakemake.params, {}
    points = scaling_study.points(params.scaling)
    arguments = [(params.settings, *mode_and_size, params.seed) for mode_and_size in points]
    results = exclusive_runs.together(point, arguments, snakemake.threads)
    for mode, size in progress.in_turn(points, "points"):
        costs[mode, size] = next(results)
        spent, _ = costs[mode, size]
        job.LOG.info(
            "%s, %s: compiled in %.2f s, runs in %.4f s, peak %.0f MB",
            mode,
            size,
            spent.compile_seconds,
            spent.seconds,
            spent.peak_bytes / 1e6,
        )
    return scaling_study.dataset(params.scaling, costs)


if __name__ == "__main__":
    job.run(main, snakemake)
