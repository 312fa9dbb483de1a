"""Every kernel side by side with the straightforward way, each in a process of its own."""

import csv

from boed.costs.benchmarks import KERNELS, Row
from boed.costs.profiling import in_own_process
from boed.costs.utility_benchmarks import UTILITY_KERNELS
from boed.jobs import job


def started(startup: str) -> list[Row]:
    """First calls of both halves of a stage with cached compilations against first calls without,
    measured before.
    """
    rows = []
    with open(startup, newline="", encoding="utf-8") as stream:
        for own in csv.DictReader(stream):
            cached, cold = float(own["first_call_cached"]), float(own["first_call"])
            rows.append(
                Row(
                    f"first call of {own['rule']}",
                    "",
                    cached,
                    "nothing compiled",
                    cold,
                    cold / cached,
                    0.0,
                    0.0,
                )
            )
    return rows


def main(snakemake):
    rows = []
    for name, kernel in (KERNELS | UTILITY_KERNELS).items():
        rows.append(in_own_process(kernel, snakemake.params.settings))
        job.LOG.info("%s: %s", name, rows[-1])
    rows += started(snakemake.input.startup)
    return Row._fields, [
        [value if isinstance(value, str) else f"{value:.4g}" for value in row] for row in rows
    ]


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
