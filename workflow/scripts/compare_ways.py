"""Exact maps of one sensor beside the maps from samples: seconds, how far apart they are, what the
difference costs.

The seconds are those of the jobs, start-up included: they differ from run to run.
"""

import csv

from boed.jobs import job, store

COLUMNS = (
    "layout",
    "exact_seconds",
    "training_seconds",
    "sampled_seconds",
    "utility_error",
    "variance_error",
    "aversion",
    "relative_regret",
)


def seconds(path: str) -> float:
    """Wall time of a job by Snakemake's own account."""
    with open(path, newline="", encoding="utf-8") as stream:
        return float(next(csv.DictReader(stream, delimiter="\t"))["s"])


def main(snakemake):
    rows, training = [], list(snakemake.input.get("training", []))
    for number, layout in enumerate(snakemake.params.layouts):
        found = store.read(snakemake.input.maps[number])
        parts = training[2 * number : 2 * number + 2]
        times = [
            seconds(snakemake.input.exact[number]),
            sum(map(seconds, parts)),
            seconds(snakemake.input.sampled[number]),
        ]
        errors = [f"{float(own):.2g}" for own in found.sampling_error]
        for aversion, regret in zip(
            found.aversion.values, found.relative_regret.values, strict=True
        ):
            rows.append(
                [
                    layout,
                    *(f"{own:.3g}" for own in times),
                    *errors,
                    f"{aversion:g}",
                    f"{regret:.2g}",
                ]
            )
    return COLUMNS, rows


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
