"""What joint and hybrid design cost: counts in closed form from the settings, and measured
seconds.
"""

from boed.costs import method_costs
from boed.costs.method_timing import seconds_by_part
from boed.jobs import job


def main(snakemake):
    settings = snakemake.params.settings
    counted, seconds = method_costs.parts(settings), seconds_by_part(settings)
    job.LOG.info(
        "seconds: joint %.2f, hybrid %.2f",
        *(method_costs.seconds_of(counted, seconds, method) for method in ("joint", "hybrid")),
    )
    return method_costs.COLUMNS, method_costs.table(counted, seconds)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
