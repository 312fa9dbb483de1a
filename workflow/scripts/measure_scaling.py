"""What AD-EKI's gain and gradient cost through one solver, for every mode and size, each in a
process of its own.
"""

import numpy as np
import xarray as xr

from boed.costs.profiling import WORDS, Cost
from boed.costs.scaling import EXPECTED, Size
from boed.costs.scaling import point as cost_of_point
from boed.jobs import exclusive_runs, job, progress
from boed.jobs.store import variable

AXES = ("members", "iterations")


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


def measured(params, processes: int) -> dict:
    """{(mode, size): (cost, result)} of every point, those that two axes share measured once."""
    places = [(axis, mode) for axis in AXES for mode in params.scaling["modes"]]
    points = [(mode, size) for axis, mode in places for size in sizes(params.scaling, axis)]
    points += [(EXPECTED, size) for row in sampled_sizes(params.scaling) for size in row]
    points = list(dict.fromkeys(points))
    arguments, found = [(params.settings, *point, params.seed) for point in points], {}
    results = exclusive_runs.together(cost_of_point, arguments, processes)
    for mode, size in progress.in_turn(points, "points"):
        found[mode, size] = next(results)
        spent = found[mode, size][0]
        told = (spent.compile_seconds, spent.seconds, spent.peak_bytes / 1e6)
        job.LOG.info("%s, %s: compiled in %.2f s, runs in %.4f s, peak %.0f MB", mode, size, *told)
    return found


def expected_gain(settings: dict, found: dict) -> tuple[dict, dict]:
    """Costs of the expected gain over its samples for every number of members, and their
    coordinates.
    """
    rows = [[found[EXPECTED, size] for size in row] for row in sampled_sizes(settings)]
    dims, block = ("sampled_members", "samples"), settings["samples"]
    data = {
        f"{name}_by_samples": variable(
            dims, [[spent[n] for spent, _ in row] for row in rows], *WORDS[name]
        )
        for n, name in enumerate(Cost._fields)
    }
    gains = [[result[0] for _, result in row] for row in rows]
    data["expected_gain_by_samples"] = variable(dims, gains, "nat", "expected information gain")
    words = ("1", "members of an ensemble that meets each predicted datum")
    return data, {
        "samples": variable("samples", block["values"], "1", "predicted data of the expected gain"),
        "sampled_members": variable("sampled_members", block["members"], *words),
    }


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    modes, data, coordinates = params.scaling["modes"], {}, {}
    found = measured(params, snakemake.threads)
    for axis in AXES:
        dims = ("mode", axis)
        every = [[found[mode, size] for size in sizes(params.scaling, axis)] for mode in modes]
        for number, name in enumerate(Cost._fields):
            values = [[spent[number] for spent, _ in row] for row in every]
            data[f"{name}_by_{axis}"] = variable(dims, values, *WORDS[name])
        gains = [[result[0] for _, result in row] for row in every]
        data[f"information_gain_by_{axis}"] = variable(dims, gains, "nat", "information gain")
        coordinates[axis] = variable(axis, params.scaling[axis]["values"], "1", f"EKI {axis}")
        gradients = np.array(
            [
                [result[1:] for _, result in row]
                for row, mode in zip(every, modes, strict=True)
                if mode != "forward"
            ]
        )
        if gradients.size:
            apart = np.abs(gradients - gradients[:1]).max(axis=-1) / np.abs(gradients[:1]).max(
                axis=-1
            )
            differ = "greatest relative distance of a mode's gradient from the first mode's"
            data[f"gradient_distance_by_{axis}"] = variable(axis, apart.max(axis=0), "1", differ)
    by_samples, own = expected_gain(params.scaling, found)
    data, coordinates = data | by_samples, coordinates | own
    coordinates["mode"] = ("mode", modes, {"units": "1", "long_name": "way to differentiate"})
    return xr.Dataset(data, coords=coordinates)


if __name__ == "__main__":
    job.run(main, snakemake)
