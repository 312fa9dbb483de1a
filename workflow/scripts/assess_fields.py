"""Errors of the modelled field before and after each calibration: whole, near the design, and at
the next stage.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.store import variable
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.stage_files import read_weights
from boed.systems.plume.field_errors import NODES, field_errors, window_start

WINDOWS = {"released": 4, "printed": 5}


def near(design, modelled, true, size):
    """Errors over the size × size nodes around a design."""
    corner = window_start(design, 1 / (NODES - 1), size, NODES)
    cut = (jax.lax.dynamic_slice(field, corner, (size, size)) for field in (modelled, true))
    return field_errors(*cut)


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    settings, times = params.settings, params.settings["times"]
    study = inverse_problem.setup(settings)
    axis = jnp.linspace(0.0, 1.0, NODES)
    place = study.truth.location
    networks = [read_weights(path, settings["replicates"]) for path in snakemake.input.networks]
    designs = [store.read(path).design.values for path in snakemake.input.experiments]
    # the design of stage n + 3 that the network before the calibration of stage n + 2 would have
    # chosen
    uncalibrated = store.read(snakemake.input.uncalibrated).design.values

    @jax.jit
    def errors(weights, moment, design):
        """Errors of the whole field, and near the design by window, of every replicate."""
        modelled = jax.vmap(
            lambda w: study.plume.field(study.source(w), moment, place, axis, axis)
        )(weights)
        true = study.plume.field(study.truth.source, moment, place, axis, axis)
        whole = jax.vmap(field_errors, (0, None))(modelled, true)
        local = {
            name: jax.vmap(near, (0, 0, None, None))(design, modelled, true, size)
            for name, size in WINDOWS.items()
        }
        return {"total": whole, **{f"local_{name}": value for name, value in local.items()}}

    moments = [study.plume.moment(time) for time in times]

    def pair(stage, at, before_design, after_design):
        before, after = networks[stage - 2], networks[stage - 1]
        return [
            errors(w, moments[at - 1], d)
            for w, d in ((before, before_design), (after, after_design))
        ]

    stages = range(2, len(times) + 1)
    now = [pair(n, n, designs[n - 1], designs[n - 1]) for n in stages]
    later = [pair(n, n + 1, uncalibrated[n - 2], designs[n]) for n in stages[:-1]]
    dataset = xr.Dataset(
        {
            "stage": variable("stage", np.array(stages), "1", "stage"),
            "earlier_stage": variable(
                "earlier_stage", np.array(stages[:-1]), "1", "stage that has a next one"
            ),
            "calibration": (
                "calibration",
                ["before", "after"],
                {"units": "1", "long_name": "network used"},
            ),
        }
    )
    for prefix, dim, rows in (("", "stage", now), ("next_", "earlier_stage", later)):
        for region in ("total", *(f"local_{name}" for name in WINDOWS)):
            for field, unit in (("mean_squared", "concentration^2"), ("relative", "1")):
                values = np.array(
                    [[getattr(entry[region], field) for entry in row] for row in rows]
                )
                values = values.reshape(len(rows), 2, settings["replicates"])
                name = f"{prefix}{region}_{field}_error"
                dataset[name] = variable(
                    (dim, "calibration", "replicate"), values, unit, name.replace("_", " ")
                )
    return dataset.set_coords(["stage", "earlier_stage", "calibration"])


if __name__ == "__main__":
    job.run(main, snakemake)
