"""Bias and variance of the estimates with N, N₁ and N₂ apart, measured and predicted."""

import xarray as xr

from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.keys import key_for
from boed.studies.risk import risk_problem, sample_size_table, sample_sizes


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block, problem = settings["sample_sizes"], risk_problem.problem(settings)
    measured, expected = [], []
    for inner, numbers in in_turn(sample_size_table.cases(block), "inner samples and numbers"):
        key = key_for(params.seed, "sample_sizes", snakemake.wildcards.study, inner, *numbers)
        measured.append(sample_sizes.measured(problem, settings, numbers, inner, key))
        expected.append(sample_sizes.expected(settings, numbers, inner))
    return sample_size_table.dataset(settings, measured, expected)


if __name__ == "__main__":
    job.run(main, snakemake)
