"""Where to measure next, as a table; once all is measured what is believed."""

from boed.jobs import job, store
from boed.studies.laboratory import next_file


def main(snakemake) -> tuple[list[str], list[list]]:
    params, files = snakemake.params, snakemake.input
    if files.get("prospects"):
        return next_file.table(store.read(files.prospects), params.step)
    believed = next_file.believed(store.read(files.belief).isel(replicate=0))
    return next_file.table(next_file.belief_part(params.parameters, believed), params.step)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
