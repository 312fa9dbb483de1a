"""Expected utility and utility variance of one sensor over the domain, exactly: adjoint solutions
and quadrature.
"""

import xarray as xr

from boed.jobs import job
from boed.studies.sensors import sensor_map, sensor_samples
from boed.systems.diffusion import layout


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    buildings = sensor_samples.buildings_of(settings)
    layout.check(buildings)
    return sensor_map.dataset(sensor_map.exact_map(settings, buildings), settings["aversions"])


if __name__ == "__main__":
    job.run(main, snakemake)
