"""active_learning Table 1: errors of the field after the good and the poor design and without a
network.
"""

from boed.claims import error_tables, published_runs
from boed.jobs import job, store


def main(snakemake):
    published = published_runs.read(snakemake.input.published)
    designs, file = store.read(snakemake.input.designs), f"{snakemake.wildcards.study}/designs.nc"
    return error_tables.MODEL_COLUMNS, error_tables.model_errors(file, designs, published)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
