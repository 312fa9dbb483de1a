"""The physical designs that would have been chosen without the latest calibration, of every stage
that has had one.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.hybrid.physical_experiment import PhysicalSearch
from boed.studies.hybrid.stage_files import observation_noise, read_start
from boed.systems.plume.plume_system import plume_system


def main(snakemake) -> xr.Dataset:
    params, study_name = snakemake.params, snakemake.wildcards.study
    settings, files = params.settings, snakemake.input
    problem, stages, designs = plume_system(settings), list(params.stages), []
    search = PhysicalSearch(problem, settings)
    for stage, network, prior, previous in zip(
        stages, files.networks, files.priors, files.previous, strict=True
    ):
        start = read_start(network, prior, previous, settings, problem)
        noise = jnp.asarray(
            observation_noise(settings, params.seed, (study_name, stage, "physical"))
        )
        key = key_for(params.seed, "choose_experiment", study_name, stage)
        moment = problem.moment(settings["times"][stage - 1])
        state, _ = search(moment, start, noise, key, settings["experiment"]["steps"][stage - 1])
        designs.append(state.design)
    designs = np.reshape(designs, (len(stages), settings["replicates"], 2))
    return xr.Dataset(
        {
            "design": variable(
                ("stage", "replicate", "coordinate"),
                designs,
                "length",
                "position that would be chosen",
            )
        },
        coords={"stage": variable("stage", np.array(stages, dtype=int), "1", "stage")},
    )


if __name__ == "__main__":
    job.run(main, snakemake)
