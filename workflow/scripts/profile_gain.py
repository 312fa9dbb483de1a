"""Information gain after each EKI iteration at a search's first, an intermediate and its last
design.
"""

import xarray as xr

from boed.jobs import job, store
from boed.keys import key_for, replicate_keys
from boed.studies.assessment.gain_datasets import profile_dataset
from boed.studies.assessment.gain_profile import GainProfile, ProfileInputs, designs_along
from boed.studies.hybrid.stage_files import observation_noise, read_weights
from boed.systems.plume.plume_system import plume_system


def main(snakemake) -> xr.Dataset:
    params, labels = snakemake.params, (snakemake.wildcards.study, int(snakemake.wildcards.stage))
    settings, profile = params.settings, params.settings["gain_profile"]
    problem, block = plume_system(settings), settings["discrepancy_experiment"]
    search = store.read(snakemake.input.experiment)
    designs = designs_along(search.path.values, search.design.values, profile["intermediate"])
    key = key_for(params.seed, "profile_gain", *labels)
    inputs = ProfileInputs(
        designs=designs,
        weights=read_weights(snakemake.input.network, settings["replicates"]),
        centre=search.centre.values,
        noise=observation_noise(settings, params.seed, (*labels, "discrepancy")),
        key=replicate_keys(key, settings["replicates"]),
    )
    gains = GainProfile(problem, block, profile["ensembles"])(
        problem.moment(settings["time"]), inputs
    )
    return profile_dataset(gains, designs, search.active.values.sum(axis=1))


if __name__ == "__main__":
    job.run(main, snakemake)
