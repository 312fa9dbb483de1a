"""What is believed about the parameters after what was measured to learn them."""

import xarray as xr

from boed.jobs import job
from boed.studies.hybrid import physical_stage
from boed.studies.hybrid.belief_update import belief_dataset
from boed.studies.hybrid.physical_stage import PhysicalStage
from boed.studies.hybrid.stage_files import read_measurements, read_start
from boed.systems.of_settings import system_of


def main(snakemake) -> xr.Dataset:
    settings, files = snakemake.params.settings, snakemake.input
    system = system_of(settings)
    start = read_start(files.network, files.get("prior"), files.measurement, settings, system)
    measured = [*files.get("physical", []), *files.get("discrepancy", [])]
    start = start._replace(earlier=physical_stage.earlier(system, measured))
    times, data = read_measurements(system, [files.measurement])
    updated = PhysicalStage(system, settings).update(system.moments(times), data, start)
    return belief_dataset(system, updated)


if __name__ == "__main__":
    job.run(main, snakemake)
