"""Where a laboratory measures next to learn what its model misses, and what that may tell."""

from functools import partial

import jax
import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.hybrid.beliefs import of_update
from boed.studies.hybrid.discrepancy_stage import (
    DiscrepancyStage,
    experiment_dataset,
    randomness,
)
from boed.studies.laboratory import prospects
from boed.studies.laboratory.halfway import read_halfway
from boed.studies.laboratory.prospects import Known
from boed.systems.of_settings import system_of


def main(snakemake) -> dict[str, xr.Dataset]:
    params, label = snakemake.params, snakemake.wildcards
    settings, system, stage = params.settings, system_of(params.settings), int(label.stage)
    moment, halfway = (
        system.moment(settings["time"]),
        read_halfway(system, settings, snakemake.input),
    )
    random = randomness(settings, params.seed, (label.study, stage), system.outputs)
    chosen = DiscrepancyStage(system, settings).choose(moment, halfway, random)
    belief = jax.tree.map(lambda leaf: leaf[0], of_update(halfway.belief))
    known = Known(moment, halfway.start.weights[0], belief, chosen.centre[0])
    key = key_for(params.seed, "look_ahead_discrepancy", label.study, stage)
    block = settings["discrepancy_experiment"]
    gains = partial(prospects.about_weights, system, known, key=key, block=block)
    return {
        "experiment": experiment_dataset(system, chosen),
        "prospects": prospects.told(system, known, chosen.state.design, gains),
    }


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_datasets)
