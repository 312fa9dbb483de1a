"""The scaling of all solvers in one file, with the lines through it."""

import numpy as np
import xarray as xr

from boed.costs.scaling import line
from boed.jobs import job, store
from boed.jobs.store import variable

MEASURES = {"memory": "peak_bytes", "plan": "planned_bytes", "time": "seconds"}
WORDS = {
    "memory": "the process's peak memory",
    "plan": "the compiled program's memory",
    "time": "the time of a run",
}
UNITS = {"memory": "byte", "plan": "byte", "time": "s"}


def with_lines(dataset: xr.Dataset, axis: str, curve: str) -> xr.Dataset:
    """R² and slope of the line through every measure along one axis, and its growth from the second
    value on.

    curve: the dimension whose every value has a line of its own.
    """
    for measure, name in MEASURES.items():
        values = dataset[f"{name}_by_{axis}"].transpose("solver", curve, axis).values
        lines = np.array([[line(dataset[axis], each) for each in solver] for solver in values])
        dims, what = ("solver", curve), f"{WORDS[measure]} over the {axis}"
        dataset[f"{measure}_linearity_by_{axis}"] = variable(
            dims, lines[..., 2], "1", f"R² of a line through {what}"
        )
        dataset[f"{measure}_slope_by_{axis}"] = variable(
            dims, lines[..., 0], UNITS[measure], f"slope of {what}"
        )
        second = min(1, values.shape[-1] - 1)
        growth = values[..., -1] / values[..., second]
        dataset[f"{measure}_growth_by_{axis}"] = variable(
            dims, growth, "1", f"last over second value of {what}"
        )
    return dataset


def with_lines_over_members(dataset: xr.Dataset) -> xr.Dataset:
    """R² and slope of the line through the expected gain's time over the members, for each number
    of samples.
    """
    values = dataset["seconds_by_samples"].transpose("solver", "samples", "sampled_members").values
    fitted = np.array(
        [[line(dataset.sampled_members, each) for each in solver] for solver in values]
    )
    dims, what = ("solver", "samples"), "the expected gain's time over the members"
    return dataset.assign(
        time_linearity_by_sampled_members=variable(
            dims, fitted[..., 2], "1", f"R² of a line through {what}"
        ),
        time_slope_by_sampled_members=variable(dims, fitted[..., 0], "s", f"slope of {what}"),
    )


def main(snakemake) -> xr.Dataset:
    solvers = snakemake.params.solvers
    each = [store.read(path) for path in snakemake.input]
    dimension = xr.Variable("solver", solvers, {"units": "1", "long_name": "solver of the plume"})
    dataset = xr.concat(each, dimension, combine_attrs="override")
    for axis in ("members", "iterations"):
        dataset = with_lines(dataset, axis, "mode")
    return with_lines_over_members(with_lines(dataset, "samples", "sampled_members"))


if __name__ == "__main__":
    job.run(main, snakemake)
