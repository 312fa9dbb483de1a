"""Which runs of a black box a study needs: samples of the prior, and designs."""

import xarray as xr

from boed.jobs import job
from boed.keys import key_for
from boed.studies.black_box import plan


def main(snakemake) -> xr.Dataset:
    params = snakemake.params
    key = key_for(params.seed, "plan_runs", snakemake.wildcards.study)
    return plan.plan(params.settings, key)


if __name__ == "__main__":
    job.run(main, snakemake)
