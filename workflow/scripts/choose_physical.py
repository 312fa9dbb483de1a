"""Where a laboratory measures next to learn the parameters, and what that may tell."""

from functools import partial

import jax
import jax.numpy as jnp
import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.hybrid import physical_stage
from boed.studies.hybrid.physical_stage import PhysicalStage
from boed.studies.hybrid.search_record import search_dataset
from boed.studies.hybrid.stage_files import read_start
from boed.studies.laboratory import prospects
from boed.studies.laboratory.prospects import Known
from boed.systems.of_settings import system_of


def main(snakemake) -> dict[str, xr.Dataset]:
    params, files, label = snakemake.params, snakemake.input, snakemake.wildcards
    settings, system, stage = params.settings, system_of(params.settings), int(label.stage)
    start = read_start(files.network, files.get("prior"), files.get("previous"), settings, system)
    measured = [*files.get("physical", []), *files.get("discrepancy", [])]
    start = start._replace(earlier=physical_stage.earlier(system, measured))
    moment, block = system.moment(settings["time"]), settings["experiment"]
    # the key of a simulated study: from the same data it makes the same choice
    key = key_for(params.seed, "choose_experiment", label.study, stage)
    noise = jnp.zeros((1, *system.outputs))
    locate = PhysicalStage(system, settings)
    state, steps = locate.choose(moment, start, noise, key, block["steps"])
    belief = jax.tree.map(lambda leaf: leaf[0], start.prior)
    known = Known(moment, start.weights[0], belief)
    key = key_for(params.seed, "look_ahead", label.study, stage)
    gains = partial(prospects.about_parameters, system, known, key=key, most=block["outcomes"])
    return {
        "experiment": search_dataset(system, state, steps),
        "prospects": prospects.told(system, known, state.design, gains),
    }


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_datasets)
