"""Gather the cases of a sweep into one array an axis of the sweep and quantity."""

import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.store import variable

GATHERED = (
    "location_error",
    "posterior_spread",
    "credible_level",
    "total_relative_error",
    "discrepancy_gain",
)


def main(snakemake) -> xr.Dataset:
    axes = snakemake.params.axes
    files = [store.read(path) for path in snakemake.input]
    parts = [files[number].sel(case=case) for number, case in snakemake.params.cases]
    shape = tuple(len(values) for values in axes.values())
    coordinates = {
        name: (name, list(values), {"units": "1", "long_name": f"axis {name} of the sweep"})
        for name, values in axes.items()
    }
    data = {}
    for name in GATHERED:
        values = np.stack([part[name].transpose("stage", "replicate").values for part in parts])
        words = parts[0][name].attrs
        dims = (*axes, "stage", "replicate")
        data[name] = variable(
            dims, values.reshape(shape + values.shape[1:]), words["units"], words["long_name"]
        )
    stages = variable("stage", np.arange(1, parts[0].sizes["stage"] + 1), "1", "stage")
    return xr.Dataset(data, coords=coordinates | {"stage": stages})


if __name__ == "__main__":
    job.run(main, snakemake)
