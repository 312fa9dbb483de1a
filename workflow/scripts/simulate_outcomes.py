"""Information gains of simulated outcomes at some designs, posteriors of chosen data, and the
model's curves.
"""

import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.risk import outcomes, risk_problem


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block, problem = settings["outcomes"], risk_problem.problem(settings)
    key = key_for(params.seed, "simulate_outcomes", snakemake.wildcards.study)
    simulated = outcomes.simulated(problem, settings, key)
    return outcomes.dataset(simulated, outcomes.posteriors(problem, block), settings)


if __name__ == "__main__":
    job.run(main, snakemake)
