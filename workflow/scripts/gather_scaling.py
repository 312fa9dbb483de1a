"""The scaling of all solvers in one file, with the lines through it."""

import xarray as xr

from boed.costs.lines import with_lines, with_lines_over_members
from boed.costs.scaling_study import AXES
from boed.jobs import job, store


def main(snakemake) -> xr.Dataset:
    solvers = snakemake.params.solvers
    parts = [store.read(path) for path in snakemake.input]
    dimension = xr.Variable("solver", solvers, {"units": "1", "long_name": "solver of the plume"})
    dataset = xr.concat(parts, dimension, combine_attrs="override")
    for axis in AXES:
        dataset = with_lines(dataset, axis, "mode")
    return with_lines_over_members(with_lines(dataset, "samples", "sampled_members"))


if __name__ == "__main__":
    job.run(main, snakemake)
