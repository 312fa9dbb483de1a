"""All methods of the comparison in one file."""

import xarray as xr

from boed.jobs import job, store


def main(snakemake) -> xr.Dataset:
    words = {"units": "1", "long_name": "method and recipe"}
    methods = xr.Variable("way", snakemake.params.methods, words)
    courses = [store.read(path) for path in snakemake.input]
    return xr.concat(courses, methods, combine_attrs="override")


if __name__ == "__main__":
    job.run(main, snakemake)
