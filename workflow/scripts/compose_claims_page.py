"""The scorecard and the published runs as one page."""

import csv

from boed.claims import html_page
from boed.jobs import job


def rows(path: str) -> list[dict]:
    """The rows of a table."""
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def main(snakemake):
    return html_page.page(rows(snakemake.input.claims), rows(snakemake.input.runs))


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_text)
