"""Every kernel side by side with the straightforward way, each in a process of its own."""

import csv

from boed.costs.benchmarks import KERNELS
from boed.costs.profiling import in_own_process
from boed.costs.side_by_side import Row
from boed.costs.utility_benchmarks import UTILITY_KERNELS
from boed.jobs import job


def first_calls(startup: str) -> list[Row]:
    """First calls of both halves of a stage with cached compilations against first calls without,
    measured before.
    """
    with open(startup, newline="", encoding="utf-8") as stream:
        return [first_call(line) for line in csv.DictReader(stream)]


def first_call(line: dict[str, str]) -> Row:
    """The row of one half of a stage."""
    cached, cold = float(line["first_call_cached"]), float(line["first_call"])
    return Row(
        kernel=f"first call of {line['rule']}",
        setting="",
        seconds=cached,
        baseline="nothing compiled",
        baseline_seconds=cold,
        ratio=cold / cached,
        peak_mb=0.0,
        error=0.0,
    )


def main(snakemake):
    rows = []
    for name, kernel in (KERNELS | UTILITY_KERNELS).items():
        rows.append(in_own_process(kernel, snakemake.params.settings))
        job.LOG.info("%s: %s", name, rows[-1])
    rows += first_calls(snakemake.input.startup)
    return Row._fields, [
        [value if isinstance(value, str) else f"{value:.4g}" for value in row] for row in rows
    ]


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
