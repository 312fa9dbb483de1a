"""Totals of the scorecard by paper, and their place in a Markdown page. Imports no JAX."""

import csv
import sys
from collections import Counter
from pathlib import Path

from boed.claims.scorecard import JUDGED, VERDICTS

BEGIN, END = "<!-- totals of the scorecard: make totals -->", "<!-- end of totals -->"
HEADINGS = {"faithful": "faithful: authors' code", "printed": "printed: their text", "ours": "ours"}


def totals(rows: list[dict]) -> dict[str, dict[str, Counter]]:
    """{paper: {column: how often each verdict}} of a scorecard's rows, papers in their order."""
    papers = {}
    for row in rows:
        columns = papers.setdefault(row["paper"], {name: Counter() for name in JUDGED})
        for name in JUDGED:
            if row[f"verdict_{name}"]:
                columns[name][row[f"verdict_{name}"]] += 1
    return papers


def words(counts: Counter) -> str:
    """Verdicts and how many, as `3 holds, 1 fails`; a dash for none."""
    parts = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]
    return ", ".join(parts) or "–"


def table(rows: list[dict]) -> str:
    """The totals as a Markdown table."""
    lines = [
        "| paper | claims | " + " | ".join(HEADINGS[name] for name in JUDGED) + " |",
        "| --- " * 5 + "|",
    ]
    papers = Counter(row["paper"] for row in rows)
    for paper, columns in totals(rows).items():
        cells = [f"`{paper}`", str(papers[paper]), *(words(columns[name]) for name in JUDGED)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def replaced(text: str, block: str) -> str:
    """A page with what stands between its two markers replaced; ValueError where they lack."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{block}\n{END}{after}"


def main(scorecard: str, copy: str, page: str) -> None:
    """Copy a scorecard to `copy` and write its totals into `page`."""
    text = Path(scorecard).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    written = replaced(Path(page).read_text(encoding="utf-8"), table(rows))
    Path(copy).write_text(text, encoding="utf-8")
    Path(page).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
