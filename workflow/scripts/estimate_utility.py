"""Expected utility and utility variance over the designs: estimates from samples, and without
sampling.
"""

import jax
import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.risk import risk_problem, utility_curves


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    problem, places = risk_problem.problem(settings), risk_problem.designs(settings)
    key = key_for(params.seed, "estimate_utility", snakemake.wildcards.study)
    keys = jax.random.split(key, settings["runs"])
    curves = utility_curves.curves(problem, settings, places, keys)
    return utility_curves.dataset(curves, settings, places)


if __name__ == "__main__":
    job.run(main, snakemake)
