"""All methods of the comparison in one file."""

import xarray as xr

from boed.jobs import job, store


def main(snakemake) -> xr.Dataset:
    names = {"units": "1", "long_name": "method and recipe"}
    each = [store.read(path) for path in snakemake.input]
    return xr.concat(
        each, xr.Variable("way", snakemake.params.methods, names), combine_attrs="override"
    )


if __name__ == "__main__":
    job.run(main, snakemake)
