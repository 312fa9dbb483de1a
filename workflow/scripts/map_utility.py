"""Expected utility and utility variance of two runs of the experiment, over a map of
both designs.
"""

import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.risk import designs_looked_at, risk_problem, utility_map


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    problem = risk_problem.problem(settings, experiments=2)
    pairs = designs_looked_at.pairs(settings, settings["map"]["nodes"])
    key = key_for(params.seed, "map_utility", snakemake.wildcards.study)
    maps = utility_map.maps(problem, settings, pairs, key)
    return utility_map.dataset(maps, pairs, settings)


if __name__ == "__main__":
    job.run(main, snakemake)
