"""Every kernel side by side with the straightforward way, each in a process of its own."""

import tempfile

from boed import job
from boed.benchmarks import KERNELS, Row
from boed.measuring import in_own_process
from boed.starting import half_stages
from boed.utility_benchmarks import UTILITY_KERNELS


def started(settings: dict) -> list[Row]:
    """First calls of both halves of a stage with cached compilations, against first calls without."""
    with tempfile.TemporaryDirectory() as cache:
        cold, cached = (in_own_process(half_stages, settings, cache) for _ in range(2))
    rows = []
    for rule, start in cached.items():
        ratio = cold[rule].first / start.first
        rows.append(
            Row(f"first call of {rule}", "", start.first, "nothing compiled", cold[rule].first, ratio, 0.0, 0.0)
        )
    return rows


def main(snakemake):
    rows = []
    for name, kernel in (KERNELS | UTILITY_KERNELS).items():
        rows.append(in_own_process(kernel, snakemake.params.settings))
        job.LOG.info("%s: %s", name, rows[-1])
    rows += started(snakemake.params.settings)
    return Row._fields, [[value if isinstance(value, str) else f"{value:.4g}" for value in row] for row in rows]


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
