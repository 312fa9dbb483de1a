"""All runs of a black box in one file."""

import xarray as xr

from boed.jobs import job, store
from boed.studies.black_box import stored


def main(snakemake) -> xr.Dataset:
    chunks = [store.read(path) for path in snakemake.input.chunks]
    return stored.gathered(store.read(snakemake.input.plan), chunks)


if __name__ == "__main__":
    job.run(main, snakemake)
