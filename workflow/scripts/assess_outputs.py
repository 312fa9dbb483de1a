"""What the truth and a described system's models give over all designs, before any data and after
every stage.
"""

import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.studies.assessment.output_assessment import History, assess, outputs_dataset
from boed.studies.hybrid.stage_files import read_weights
from boed.systems.sequential import sequential_system


def main(snakemake) -> xr.Dataset:
    settings, files = snakemake.params.settings, snakemake.input
    replicates, system = settings["replicates"], sequential_system(settings)
    if files.history:
        history = store.read(files.history)
        weights, estimates = history.weights.values, history.most_probable.values
    else:
        weights = np.stack([read_weights(path, replicates) for path in files.networks])
        estimates = np.stack([store.read(path).most_probable.values for path in files.beliefs])
    first = read_weights(files.first, replicates)
    before = np.broadcast_to(system.most_probable(), estimates[0].shape)
    errors = assess(
        system,
        History(
            weights=np.concatenate([first[None], weights]),
            estimates=np.concatenate([before[None], estimates]),
        ),
    )
    job.LOG.info("median error by stage: %s", np.median(errors.error, axis=1).round(4))
    return outputs_dataset(system, errors)


if __name__ == "__main__":
    job.run(main, snakemake)
