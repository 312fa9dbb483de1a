"""The true concentration on the unit square at several times; the solver's distance from it."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.systems.plume import plume_solver
from boed.systems.plume.exact import GaussianPlume, relative_distance
from boed.systems.plume.plume_solver import Plume
from boed.systems.plume.sources import Source

DIMENSIONS, STARTED = ("time", "x", "y"), "time since the source was switched on"
DISTANCE = "relative L2 distance from the exact solution on the unbounded plane"


def exact_plume(truth: dict, plume: Plume) -> GaussianPlume:
    """The exact plume of the true source in the solver's flow."""
    shape = (truth[name] for name in ("location", "strength", "width"))
    return GaussianPlume(*shape, velocity=plume.velocity, diffusivity=plume.diffusivity)


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    truth, solver = settings["truth"], plume_solver.solver(settings["plume"])
    source, centre = Source(plume_solver.sharp_source(truth)), jnp.asarray(truth["location"])
    axis = np.linspace(0.0, 1.0, settings["nodes"])
    field = jax.jit(lambda moment: solver.field(source, moment, centre, axis, axis))
    fields = [field(solver.moment(time)) for time in settings["times"]]
    data = {
        "time": variable("time", settings["times"], "time", STARTED),
        "x": variable("x", axis, "length", "position x"),
        "y": variable("y", axis, "length", "position y"),
        "concentration": variable(DIMENSIONS, np.stack(fields), "concentration", "concentration"),
    }
    if truth["source"] == "gaussian":
        points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
        expected = exact_plume(truth, solver)
        errors = [
            relative_distance(field, expected.at(points, time))
            for field, time in zip(fields, settings["times"], strict=True)
        ]
        data["relative_error"] = variable("time", errors, "1", DISTANCE)
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
