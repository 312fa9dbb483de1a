"""The runs of a black box for some of the samples, at all designs; those that are there from
earlier are not made again.
"""

import signal
import sys
from pathlib import Path

import xarray as xr

from boed.jobs import job, store
from boed.studies.black_box import chunk


def main(snakemake) -> xr.Dataset:
    # what Snakemake sends to jobs when it is stopped: the runs under way end too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    params, plan = snakemake.params, store.read(snakemake.input[0])
    first = int(snakemake.wildcards.chunk) * params.samples
    own = plan.isel(sample=slice(first, first + params.samples))
    folder = Path(snakemake.output[0]).parent
    return chunk.chunk(params.settings, own, folder, snakemake.threads)


if __name__ == "__main__":
    job.run(main, snakemake)
