"""Expected utility and utility variance over the designs: estimates from samples, and without
sampling where that can be.
"""

import jax
import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.black_box import stored
from boed.studies.risk import designs_looked_at, utility_curves


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    problem = stored.problem(settings, snakemake.input)
    looked = designs_looked_at.looked_at(settings)
    key = key_for(params.seed, "estimate_utility", snakemake.wildcards.study)
    keys = jax.random.split(key, settings["runs"])
    curves = utility_curves.curves(problem, settings, looked.designs, keys)
    return utility_curves.dataset(curves, settings, looked).assign(stored.counted(problem))


if __name__ == "__main__":
    job.run(main, snakemake)
