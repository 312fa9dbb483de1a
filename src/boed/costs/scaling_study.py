"""The points of the scaling study along its axes, and their costs as datasets."""

import numpy as np
import xarray as xr

from boed.costs.profiling import WORDS, Cost
from boed.costs.scaling import EXPECTED, Size
from boed.jobs.store import variable

AXES = ("members", "iterations")
Point = tuple[str, Size]
Costs = dict[Point, tuple[Cost, np.ndarray]]


def sizes(settings: dict, axis: str) -> list[Size]:
    """The sizes along one axis, `members` or `iterations`, the other held."""
    held = {key: value for key, value in settings[axis].items() if key != "values"}
    return [Size(**{axis: value}, **held) for value in settings[axis]["values"]]


def sampled_sizes(settings: dict) -> list[list[Size]]:
    """The sizes of the expected gain, a list for each number of members."""
    block = settings["samples"]
    return [
        [Size(members, block["iterations"], samples) for samples in block["values"]]
        for members in block["members"]
    ]


def points(settings: dict) -> list[Point]:
    """(mode, size) of every point, those that two axes share once."""
    along = [
        (mode, size)
        for axis in AXES
        for mode in settings["modes"]
        for size in sizes(settings, axis)
    ]
    sampled = [(EXPECTED, size) for row in sampled_sizes(settings) for size in row]
    return list(dict.fromkeys(along + sampled))


def gradient_distance(gradients: np.ndarray) -> np.ndarray:
    """Greatest distance of any mode's gradient (modes, sizes, 2) from the first mode's, relative to
    the greatest part of that, by size.
    """
    apart = np.abs(gradients - gradients[:1]).max(axis=-1) / np.abs(gradients[:1]).max(axis=-1)
    return apart.max(axis=0)


def along_axis(settings: dict, costs: Costs, axis: str) -> xr.Dataset:
    """Costs, gains and distances of the gradients along one axis of AXES, by mode."""
    modes, values = settings["modes"], settings[axis]["values"]
    rows = [[costs[mode, size] for size in sizes(settings, axis)] for mode in modes]
    data = _measures(rows, axis, ("mode", axis))
    gains = [[result[0] for _, result in row] for row in rows]
    data[f"information_gain_by_{axis}"] = variable(("mode", axis), gains, "nat", "information gain")
    gradients = np.array(
        [
            [result[1:] for _, result in row]
            for row, mode in zip(rows, modes, strict=True)
            if mode != "forward"
        ]
    )
    if gradients.size:
        words = "greatest relative distance of a mode's gradient from the first mode's"
        data[f"gradient_distance_by_{axis}"] = variable(
            axis, gradient_distance(gradients), "1", words
        )
    coordinates = {axis: variable(axis, values, "1", f"EKI {axis}")}
    coordinates["mode"] = ("mode", modes, {"units": "1", "long_name": "way to differentiate"})
    return xr.Dataset(data, coords=coordinates)


def along_samples(settings: dict, costs: Costs) -> xr.Dataset:
    """Costs of the expected gain over its samples, for every number of members."""
    dims, block = ("sampled_members", "samples"), settings["samples"]
    rows = [[costs[EXPECTED, size] for size in row] for row in sampled_sizes(settings)]
    data = _measures(rows, "samples", dims)
    gains = [[result[0] for _, result in row] for row in rows]
    data["expected_gain_by_samples"] = variable(dims, gains, "nat", "expected information gain")
    words = {
        "samples": "predicted data of the expected gain",
        "sampled_members": "members of an ensemble that meets each predicted datum",
    }
    values = {"samples": block["values"], "sampled_members": block["members"]}
    coordinates = {name: variable(name, values[name], "1", words[name]) for name in values}
    return xr.Dataset(data, coords=coordinates)


def _measures(rows: list[list], axis: str, dims: tuple[str, str]) -> dict[str, xr.Variable]:
    """Every part of the costs of points in rows."""
    return {
        f"{name}_by_{axis}": variable(
            dims, [[getattr(spent, name) for spent, _ in row] for row in rows], *WORDS[name]
        )
        for name in Cost._fields
    }


def dataset(settings: dict, costs: Costs) -> xr.Dataset:
    """The costs of all points along all axes."""
    parts = [along_axis(settings, costs, axis) for axis in AXES]
    return xr.merge([*parts, along_samples(settings, costs)], compat="identical", join="exact")
