"""Designs of one stage: what each would teach, and whether the indicator, asked beforehand, ranks
them right.
"""

import xarray as xr

from boed.jobs import job, store
from boed.studies.active import design_comparison
from boed.studies.active.designs_file import designs_dataset
from boed.systems.plume.plume_system import plume_system


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    history = store.read(snakemake.input.history)
    comparison = design_comparison.run(settings, params.seed, snakemake.wildcards.study, history)
    replicates, designs = comparison.designs.shape[:2]
    job.LOG.info("designs of %d replicates: %d calibrations", replicates, 2 * replicates * designs)
    return designs_dataset(plume_system(settings), comparison)


if __name__ == "__main__":
    job.run(main, snakemake)
