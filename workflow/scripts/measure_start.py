"""How long a stage's jobs spend in imports, in tracing and compiling, and in their work."""

import subprocess
import sys
import tempfile

from boed.costs.profiling import in_own_process
from boed.costs.startup import half_stages
from boed.jobs import job
from boed.timing import median_seconds

COLUMNS = ("rule", "imports", "first_call", "first_call_cached", "work")
MODULES = {
    "locate_source": (
        "boed.jobs.job, boed.studies.hybrid.stage_files, boed.studies.hybrid.physical_stage"
    ),
    "learn_discrepancy": (
        "boed.jobs.job, boed.studies.hybrid.stage_files, boed.studies.hybrid.discrepancy_stage"
    ),
}


def import_seconds(modules: str) -> float:
    """Median seconds of a fresh interpreter that imports these and ends."""
    started = [sys.executable, "-c", f"import {modules}"]
    return median_seconds(lambda: subprocess.run(started, check=True), 3)


def main(snakemake):
    settings = snakemake.params.settings
    with tempfile.TemporaryDirectory() as cache:
        cold, cached = (in_own_process(half_stages, settings, cache) for _ in range(2))
    rows = []
    for rule, start in cached.items():
        seconds = (import_seconds(MODULES[rule]), cold[rule].first, start.first, start.later)
        rows.append([rule, *(f"{value:.3g}" for value in seconds)])
        job.LOG.info(
            "%s: imports %.2f s, first call %.2f s, cached %.2f s, work %.2f s", rule, *seconds
        )
    return COLUMNS, rows


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
