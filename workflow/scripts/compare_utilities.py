"""The divergence and the pointwise utility over the designs, from the study's samples, and without
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
    key = key_for(params.seed, "compare_utilities", snakemake.wildcards.study)
    problem = stored.problem(settings, snakemake.input)
    moments = comparisons.by_utilities(problem, settings, looked.designs, key)
    dataset = comparisons.utilities_dataset(moments, settings, looked)
    return dataset.assign(stored.counted(problem))


if __name__ == "__main__":
    job.run(main, snakemake)
