"""The divergence and the pointwise utility over the designs, without sampling and from the study's
samples.
"""

import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.risk import comparisons, risk_problem


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    places = risk_problem.designs(settings)
    key = key_for(params.seed, "compare_utilities", snakemake.wildcards.study)
    moments = comparisons.by_utilities(settings, places, key)
    return comparisons.utilities_dataset(moments, settings, places)


if __name__ == "__main__":
    job.run(main, snakemake)
