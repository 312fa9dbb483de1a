"""Judge every claim against the files of this run, and place the published runs among ours."""

from collections import Counter

from boed.claims import published_runs, scorecard
from boed.claims.statistics import Bootstrap
from boed.jobs import job, store


def main(snakemake):
    params = snakemake.params
    files = dict(zip(params.files, snakemake.input.get("metrics", []), strict=True))
    datasets = {name: store.read(path) for name, path in files.items()}
    listed = scorecard.read(snakemake.input.claims)
    bootstrap = Bootstrap(params.settings["resamples"], params.settings["level"], params.seed)
    rows = [scorecard.judge(claim, datasets, bootstrap) for claim in listed]
    published = published_runs.read(snakemake.input.published)
    runs = [published_runs.row(run, datasets) for run in published]
    counts = Counter(row[f"verdict_{name}"] or "empty" for row in rows for name in scorecard.JUDGED)
    job.LOG.info("%s", ", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    for name in scorecard.unexplained(listed, rows):
        job.LOG.warning("%s fails and no `because` says why", name)
    return {
        "claims": (scorecard.COLUMNS, [list(row.values()) for row in rows]),
        "runs": (published_runs.COLUMNS, [list(row.values()) for row in runs]),
    }


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_tables)
