"""Searches for the best design: Bayesian optimisation with and without common samples, ascent along
the gradient.
"""

import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.keys import key_for
from boed.studies.risk import design_searches
from boed.studies.risk.design_searches import SEARCHES


def main(snakemake) -> xr.Dataset:
    settings, params, study = snakemake.params.settings, snakemake.params, snakemake.wildcards.study
    block, experiments = settings["optimisation"], int(snakemake.wildcards.experiments)
    objective = design_searches.objective(settings, experiments)
    histories = {name: [] for name in SEARCHES}
    for run in in_turn(range(block["runs"]), "searches of run"):
        key = key_for(params.seed, "optimise_design", study, experiments, run)
        searched = design_searches.searched(objective, settings, experiments, key)
        for name, history in searched.items():
            histories[name].append(history)
    return design_searches.dataset(histories, settings, experiments)


if __name__ == "__main__":
    job.run(main, snakemake)
