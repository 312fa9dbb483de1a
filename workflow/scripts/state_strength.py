"""The source strength that is believed before any data: the only weight of a study that
learns it.
"""

import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable


def main(snakemake) -> xr.Dataset:
    strength = [snakemake.params.strength]
    return xr.Dataset(
        {"weights": variable("weight", strength, "concentration*length^2/time", "source strength")}
    )


if __name__ == "__main__":
    job.run(main, snakemake)
