"""Exact maps of one sensor beside the maps from samples: seconds, how far apart they are, what the
difference costs.

The seconds are those of the jobs, start-up included: they differ from run to run.
"""

from boed.jobs import job, store
from boed.studies.sensors import ways
from boed.studies.sensors.ways import Seconds, seconds


def main(snakemake) -> tuple:
    rows, paths = [], snakemake.input
    # of every layout two jobs: training data and training
    training = list(paths.get("training", []))
    for number, layout in enumerate(snakemake.params.layouts):
        times = Seconds(
            exact=seconds(paths.exact[number]),
            training=sum(map(seconds, training[2 * number : 2 * number + 2])),
            sampled=seconds(paths.sampled[number]),
        )
        rows += ways.rows(layout, times, store.read(paths.maps[number]))
    return ways.COLUMNS, rows


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
