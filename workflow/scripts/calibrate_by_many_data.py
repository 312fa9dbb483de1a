"""Strengths calibrated by more and more noisy data, and what they tend to
(active_learning App. A).
"""

import xarray as xr

from boed.jobs import job
from boed.studies.active import agreement
from boed.studies.active.agreement_file import agreement_dataset


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    record = agreement.run(settings, params.seed, snakemake.wildcards.study)
    dataset = agreement_dataset(settings, record)
    slopes = dataset.slope.sel(deviation="known").values
    job.LOG.info("slope of the distance over the data, known deviation: %s", slopes.round(2))
    return dataset


if __name__ == "__main__":
    job.run(main, snakemake)
