"""The true concentration on the unit square at several times, and how far the solver is from the
exact one.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.systems.plume import plume_solver
from boed.systems.plume.exact import gaussian_plume
from boed.systems.plume.sources import Source


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    truth, solver = settings["truth"], plume_solver.solver(settings["plume"])
    source, centre = Source(plume_solver.sharp_source(truth)), jnp.asarray(truth["location"])
    axis = np.linspace(0.0, 1.0, settings["nodes"])
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)

    def exact(time):
        return gaussian_plume(
            points,
            time,
            truth["location"],
            truth["strength"],
            truth["width"],
            solver.velocity,
            solver.diffusivity,
        )

    field = jax.jit(lambda moment: solver.field(source, moment, centre, axis, axis))
    fields = [field(solver.moment(time)) for time in settings["times"]]
    dataset = xr.Dataset(
        {
            "time": variable(
                "time", settings["times"], "time", "time since the source was switched on"
            ),
            "x": variable("x", axis, "length", "position x"),
            "y": variable("y", axis, "length", "position y"),
            "concentration": variable(
                ("time", "x", "y"), np.stack(fields), "concentration", "concentration"
            ),
        }
    )
    if truth["source"] == "gaussian":
        exacts = [exact(time) for time in settings["times"]]
        errors = [
            np.linalg.norm(f - e) / np.linalg.norm(e) for f, e in zip(fields, exacts, strict=True)
        ]
        dataset["relative_error"] = variable(
            "time",
            errors,
            "1",
            "relative L2 distance from the exact solution on the unbounded plane",
        )
    return dataset


if __name__ == "__main__":
    job.run(main, snakemake)
