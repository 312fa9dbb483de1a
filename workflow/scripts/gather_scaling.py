"""The scaling of all solvers in one file, with the lines through it."""

import numpy as np
import xarray as xr

from boed import job, store
from boed.scaling import line
from boed.store import variable

MEASURES = {"memory": "peak_bytes", "plan": "planned_bytes", "time": "seconds"}
WORDS = {"memory": "the process's peak memory", "plan": "the compiled program's memory", "time": "the time of a run"}
UNITS = {"memory": "byte", "plan": "byte", "time": "s"}


def with_lines(dataset: xr.Dataset, axis: str) -> xr.Dataset:
    """R² and slope of the line through every measure along one axis, and how memory grows from the second value on."""
    for measure, name in MEASURES.items():
        values = dataset[f"{name}_by_{axis}"].transpose("solver", "mode", axis).values
        lines = np.array([[line(dataset[axis], each) for each in solver] for solver in values])
        dims, what = ("solver", "mode"), f"{WORDS[measure]} over the {axis}"
        dataset[f"{measure}_linearity_by_{axis}"] = variable(dims, lines[..., 2], "1", f"R² of a line through {what}")
        dataset[f"{measure}_slope_by_{axis}"] = variable(dims, lines[..., 0], UNITS[measure], f"slope of {what}")
        second = min(1, values.shape[-1] - 1)
        growth = values[..., -1] / values[..., second]
        dataset[f"{measure}_growth_by_{axis}"] = variable(dims, growth, "1", f"last over second value of {what}")
    return dataset


def main(snakemake) -> xr.Dataset:
    solvers = snakemake.params.solvers
    each = [store.read(path) for path in snakemake.input]
    dimension = xr.Variable("solver", solvers, {"units": "1", "long_name": "solver of the plume"})
    dataset = xr.concat(each, dimension, combine_attrs="override")
    for axis in ("members", "iterations"):
        dataset = with_lines(dataset, axis)
    return dataset


if __name__ == "__main__":
    job.run(main, snakemake)
