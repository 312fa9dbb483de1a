"""The second half of a stage: choose what teaches the model most, measure it, calibrate, make the
belief anew.
"""

import jax.numpy as jnp
import numpy as np

from boed.jobs import job, store
from boed.studies.hybrid import discrepancy_stage
from boed.studies.hybrid.belief_update import read_update
from boed.studies.hybrid.discrepancy_stage import (
    Campaign,
    DiscrepancyStage,
    Halfway,
    randomness,
    starting_spread,
)
from boed.studies.hybrid.stage_files import read_measurements, read_spread, read_start, read_weights
from boed.systems.of_settings import system_of


def main(snakemake) -> dict:
    params, labels = snakemake.params, (snakemake.wildcards.study, int(snakemake.wildcards.stage))
    settings, files, time = params.settings, snakemake.input, params.settings["time"]
    problem = system_of(settings)
    belief, first = store.read(files.belief), read_weights(files.first, settings["replicates"])
    spread = read_spread(files.network, settings)
    if spread is None:
        spread = starting_spread(settings, params.seed, labels[0], jnp.asarray(first))
    halfway = Halfway(
        start=read_start(files.network, files.get("prior"), files.experiment, settings, problem),
        spread=spread,
        belief=read_update(problem, belief),
        first=jnp.asarray(first),
    )
    times, data = read_measurements(problem, [*files.physical, *files.discrepancy])
    campaign = Campaign.with_room(problem, [*times, time], data, physical=len(files.physical))
    random = randomness(settings, params.seed, labels, problem.outputs)
    learn = DiscrepancyStage(problem, settings)
    learned = learn(campaign, halfway, jnp.asarray(settings["calibration"]["rate"]), random)
    loss = np.asarray(learned.info.loss)
    job.LOG.info("%d data, loss %s → %s", len(times) + 1, loss[:, 0], loss[:, -1])
    return discrepancy_stage.datasets(problem, time, learned)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_datasets)
