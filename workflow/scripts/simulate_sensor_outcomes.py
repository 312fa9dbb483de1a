"""Simulated outcomes of the best sensors, and the worst of them with their posteriors
(mean_variance Figs 17 to 31).
"""

import jax
import xarray as xr

from boed.jobs import job, store
from boed.keys import key_for
from boed.studies.sensors import sensor_outcomes, sensor_samples, sensor_utility
from boed.studies.sensors.sensor_outcomes import Models, Setting
from boed.studies.sensors.sensor_samples import Case
from boed.systems.diffusion import placement


def main(snakemake) -> xr.Dataset:
    settings, name = snakemake.params.settings, snakemake.wildcards.case
    surrogate = snakemake.input.get("surrogate")
    case = Case(seed=snakemake.params.seed, name=name, settings=settings, surrogate=surrogate)
    block, noise = settings["outcomes"], settings["noise"]
    search = store.read(snakemake.input.search).sel(aversion=block["aversions"])
    designs = sensor_utility.apart(search.best_design.values)
    first, second = jax.random.split(key_for(case.seed, "simulate_sensor_outcomes", name))
    truths = placement.draw(first, case.buildings, block["samples"])
    standard = jax.random.normal(second, (block["samples"], designs.shape[1]))
    prior = sensor_utility.sources(case.buildings, settings["prior_nodes"])
    models = Models(*(sensor_samples.model_for(case, places) for places in (truths, prior.places)))
    outcomes = [
        sensor_outcomes.simulated(design, models, standard, noise, block["worst"])
        for design in designs
    ]
    return sensor_outcomes.dataset(outcomes, Setting(truths, prior, designs, block["aversions"]))


if __name__ == "__main__":
    job.run(main, snakemake)
