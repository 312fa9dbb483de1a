"""What a laboratory's data teach of what its model misses, and the belief that follows."""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.studies.hybrid.belief_update import belief_dataset
from boed.studies.hybrid.discrepancy_calibration import calibration_dataset
from boed.studies.hybrid.discrepancy_stage import Campaign, DiscrepancyStage, randomness
from boed.studies.hybrid.stage_files import read_measurements
from boed.studies.laboratory.halfway import read_halfway
from boed.systems.of_settings import system_of


def main(snakemake) -> dict[str, xr.Dataset]:
    params, files, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    settings, system = params.settings, system_of(params.settings)
    times, data = read_measurements(system, [*files.physical, *files.discrepancy])
    physical, newest = (
        len(read_measurements(system, paths)[0]) for paths in (files.physical, [files.measurement])
    )
    slots = np.arange(physical - newest, physical)
    campaign = Campaign.of(system, times, data, physical, slots)
    label = (wildcards.study, int(wildcards.stage))
    taught = DiscrepancyStage(system, settings).learn(
        campaign,
        read_halfway(system, settings, files),
        jnp.asarray(store.read(files.chosen).centre.values),
        jnp.asarray(settings["calibration"]["rate"]),
        randomness(settings, params.seed, label, system.outputs).calibration,
    )
    loss = np.asarray(taught.info.loss)[0]
    job.LOG.info("%d data, loss %.3f → %.3f", len(times), loss[0], loss[-1])
    return {
        "network": calibration_dataset(taught.weights, taught.info),
        "belief": belief_dataset(system, taught.belief),
    }


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_datasets)
