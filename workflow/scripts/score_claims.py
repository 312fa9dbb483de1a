"""Judge every published claim against the files of this run: the scorecard."""

from collections import Counter

import yaml

from boed import claims, job, store


def main(snakemake):
    with open(snakemake.input.claims, encoding="utf-8") as stream:
        listed = claims.expand(yaml.safe_load(stream))
    files = dict(zip(snakemake.params.files, snakemake.input.get("metrics", []), strict=True))
    datasets = {name: store.read(path) for name, path in files.items()}
    rows = [claims.judge(claim, datasets.get(claim.file)) for claim in listed]
    job.LOG.info("%s", ", ".join(f"{n} {verdict}" for verdict, n in Counter(r["verdict"] for r in rows).items()))
    return claims.COLUMNS, [[row[column] for column in claims.COLUMNS] for row in rows]


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
