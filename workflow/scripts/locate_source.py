"""The first half of a stage: choose where to measure to learn the parameters, measure there, update
the belief.
"""

import jax.numpy as jnp

from boed.jobs import job
from boed.keys import key_for
from boed.studies.hybrid import physical_stage
from boed.studies.hybrid.stage_files import observation_noise, read_start
from boed.systems.of_settings import system_of


def main(snakemake) -> dict:
    params, study_name, stage = (
        snakemake.params,
        snakemake.wildcards.study,
        int(snakemake.wildcards.stage),
    )
    settings, files = params.settings, snakemake.input
    problem = system_of(settings)
    start = read_start(files.network, files.get("prior"), files.get("previous"), settings, problem)
    # nature is simulated here: the noise is that of the measurement, which a measured utility
    # foresees
    noise = jnp.asarray(
        observation_noise(settings, params.seed, (study_name, stage, "physical"), problem.outputs)
    )
    key = key_for(params.seed, "choose_experiment", study_name, stage)
    locate = physical_stage.PhysicalStage(problem, settings)
    moment, steps = problem.moment(settings["time"]), settings["experiment"]["steps"]
    measured = [*files.get("physical", []), *files.get("discrepancy", [])]
    start = start._replace(earlier=physical_stage.earlier(problem, measured))
    located = locate(moment, start, noise, key, steps)
    return physical_stage.datasets(problem, settings["time"], located)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_datasets)
