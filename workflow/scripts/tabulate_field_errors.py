"""Errors before and after each calibration, ours beside the published: ad_eki Table 1,
active_learning Table 2.
"""

from boed.claims import error_tables, published_runs
from boed.jobs import job, store


def main(snakemake):
    params, study = snakemake.params, snakemake.wildcards.study
    published, table = published_runs.read(snakemake.input.published), []
    for variant, path in zip(params.variants, snakemake.input.errors, strict=True):
        errors = store.read(path)
        names = [name for name in params.quantities or errors.data_vars if name in errors]
        file = f"{study}/{variant}/{params.name}"
        table += error_tables.field_errors(variant, file, errors, names, published)
    return error_tables.FIELD_COLUMNS, table


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
