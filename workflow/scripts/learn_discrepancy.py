"""The second half of a stage: choose what teaches the model most, measure it, calibrate, make the
belief anew.
"""

import jax.numpy as jnp
import numpy as np

from boed.jobs import job, store
from boed.studies.hybrid import data_buffer, discrepancy_stage, inverse_problem
from boed.studies.hybrid.belief_update import STORED
from boed.studies.hybrid.discrepancy_stage import Campaign, randomness, starting_spread
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.stage_files import read_measurements, read_spread, read_start, read_weights


def campaign(study, paths_physical: list, paths_discrepancy: list, time: float) -> Campaign:
    """The data so far and a free slot for the one to come."""
    times, data = read_measurements([*paths_physical, *paths_discrepancy])
    room = data_buffer.empty(len(data.observed), 1)
    data = Measurements(*(jnp.concatenate(parts, axis=1) for parts in zip(data, room, strict=True)))
    count = len(paths_physical)
    is_discrepancy = jnp.asarray(np.arange(len(times) + 1) >= count, dtype=float)
    return Campaign(
        study.plume.moments([*times, time]), data, is_discrepancy, newest=count - 1, free=len(times)
    )


def main(snakemake) -> dict:
    params, study_name, stage = (
        snakemake.params,
        snakemake.wildcards.study,
        int(snakemake.wildcards.stage),
    )
    settings, files = params.settings, snakemake.input
    study, time = inverse_problem.setup(settings), settings["time"]
    start = read_start(files.network, files.get("prior"), files.experiment, settings, study.cells)
    belief = store.read(files.belief)
    located = {name: jnp.asarray(belief[name].values) for name in STORED}
    first = jnp.asarray(read_weights(files.first, settings["replicates"]))
    spread = read_spread(files.network, settings)
    if spread is None:
        spread = starting_spread(settings, params.seed, study_name, first)
    random = randomness(settings, params.seed, study_name, stage)
    learn = discrepancy_stage.discrepancy_stage(study, settings)
    data = campaign(study, files.physical, files.discrepancy, time)
    learned = learn(
        data, start, spread, located, first, jnp.asarray(settings["calibration"]["rate"]), random
    )
    loss = np.asarray(learned.info.loss)
    job.LOG.info("%d data, loss %s → %s", data.data.used.shape[1], loss[:, 0], loss[:, -1])
    return discrepancy_stage.datasets(study, time, learned)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_datasets)
