"""What a reading costs by each forward model. Seconds differ from run to run: this file is a
benchmark.

The solver gives a source's readings at all sensors, an adjoint solution a sensor's readings of all
sources: neither gives one alone. A field is what one source gives at all sensors of the map.
"""

import numpy as np
import xarray as xr

from boed.costs.profiling import median_seconds
from boed.jobs import job
from boed.jobs.store import variable
from boed.studies.risk import sensor_utility, surrogate_files
from boed.systems.diffusion import forward_models, layout, placement, solutions
from boed.systems.diffusion.layout import Building

REPEATS = 5
WAYS = ("solver", "adjoint", "surrogate")


def timed(settings: dict, buildings: list[Building], trained) -> dict[str, tuple[float, int, int]]:
    """{way: (seconds, sources, sensors)}, each for as many as suit the model; all compiled and
    prepared before.
    """
    nodes = placement.accessible_nodes(buildings, settings["sensors"])
    prior = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    few, together = nodes[:: max(1, len(nodes) // 20)], settings["solver"]["together"]
    some, solve = (
        prior[:: max(1, len(prior) // together)][:together],
        solutions.solver(buildings, settings),
    )
    free = layout.open_cells(buildings, settings["solver"]["cells"])
    read, predict = (
        forward_models.adjoint(buildings, settings, prior),
        forward_models.surrogate(trained, prior),
    )
    runs = {
        "solver": (lambda: solutions.read(free, solve(some), nodes), len(some), len(nodes)),
        "adjoint": (lambda: read(few), len(prior), len(few)),
        "surrogate": (lambda: predict(few), len(prior), len(few)),
    }
    for run, *_ in runs.values():
        run()
    return {way: (median_seconds(run, REPEATS), *sizes) for way, (run, *sizes) in runs.items()}


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    buildings = [Building(*own) for own in settings["buildings"]]
    found = timed(settings, buildings, surrogate_files.read_surrogate(snakemake.input[0], settings))
    seconds, sources, nodes = found["solver"]
    solution = seconds / sources
    each = np.array([found[way][0] / (found[way][1] * found[way][2]) for way in WAYS])
    return xr.Dataset(
        {
            "seconds_a_reading": variable(
                "way", each, "s", "one source at one sensor, many at once"
            ),
            "seconds_a_solution": variable(
                (), solution, "s", "one source by the solver, at all sensors"
            ),
            "field_speedup": variable(
                (),
                solution / (each[2] * nodes),
                "1",
                "surrogate over solver, one source at all sensors of the map",
            ),
            "reading_speedup": variable(
                (), solution / each[2], "1", "surrogate over solver, one source at one sensor"
            ),
            "way": variable("way", list(WAYS), "1", "forward model"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
