"""Straight lines through costs: how nearly what something costs is linear in its size."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from boed.jobs.store import variable

MEASURES = {"memory": "peak_bytes", "plan": "planned_bytes", "time": "seconds"}
WORDS = {
    "memory": "the process's peak memory",
    "plan": "the compiled program's memory",
    "time": "the time of a run",
}
UNITS = {"memory": "byte", "plan": "byte", "time": "s"}


class Line(NamedTuple):
    """A straight line through points, and the part of their variance that it explains."""

    slope: float
    intercept: float
    determination: float


def line(x, y) -> Line:
    """Least squares y ≈ slope·x + intercept, and R²; 1 where y does not vary at all."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    slope, intercept = np.polyfit(x, y, 1)
    left, all_of_it = np.sum((y - slope * x - intercept) ** 2), np.sum((y - y.mean()) ** 2)
    determination = 1 - left / all_of_it if all_of_it > 0 else 1.0
    return Line(float(slope), float(intercept), float(determination))


def lines(x: xr.DataArray, values: np.ndarray) -> np.ndarray:
    """`line` through the last axis of (solver, curve, x): (solver, curve, 3)."""
    return np.array([[line(x, curve) for curve in solver] for solver in values])


def with_lines(dataset: xr.Dataset, axis: str, curve: str) -> xr.Dataset:
    """R² and slope of the line through every measure along one axis, and its growth from the second
    value on.

    curve: the dimension whose every value has a line.
    """
    dims, data = ("solver", curve), {}
    for measure, name in MEASURES.items():
        values = dataset[f"{name}_by_{axis}"].transpose("solver", curve, axis).values
        fitted, what = lines(dataset[axis], values), f"{WORDS[measure]} over the {axis}"
        growth = values[..., -1] / values[..., min(1, values.shape[-1] - 1)]
        data[f"{measure}_linearity_by_{axis}"] = variable(
            dims, fitted[..., 2], "1", f"R² of a line through {what}"
        )
        data[f"{measure}_slope_by_{axis}"] = variable(
            dims, fitted[..., 0], UNITS[measure], f"slope of {what}"
        )
        data[f"{measure}_growth_by_{axis}"] = variable(
            dims, growth, "1", f"last over second value of {what}"
        )
    return dataset.assign(data)


def with_lines_over_members(dataset: xr.Dataset) -> xr.Dataset:
    """R² and slope of the line through the expected gain's time over the members, for each number
    of samples.
    """
    values = dataset["seconds_by_samples"].transpose("solver", "samples", "sampled_members").values
    fitted = lines(dataset.sampled_members, values)
    dims, what = ("solver", "samples"), "the expected gain's time over the members"
    return dataset.assign(
        time_linearity_by_sampled_members=variable(
            dims, fitted[..., 2], "1", f"R² of a line through {what}"
        ),
        time_slope_by_sampled_members=variable(dims, fitted[..., 0], "s", f"slope of {what}"),
    )
