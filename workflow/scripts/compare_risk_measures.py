"""Other risk measures beside mean–variance over the designs, from the study's samples, and without
sampling where that can be.
"""

import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.black_box import stored
from boed.studies.risk import comparisons, designs_looked_at


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    looked = designs_looked_at.looked_at(settings)
    key = key_for(params.seed, "compare_risk_measures", snakemake.wildcards.study)
    problem = stored.problem(settings, snakemake.input)
    worths = comparisons.by_measures(problem, settings, looked.designs, key)
    dataset = comparisons.measures_dataset(worths, settings, looked)
    return dataset.assign(stored.counted(problem))


if __name__ == "__main__":
    job.run(main, snakemake)
