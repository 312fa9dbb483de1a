"""The scorecard as one page of HTML that needs nothing but itself. Imports no JAX."""

import itertools
from html import escape

from boed.claims.scorecard import JUDGED, MEASURED
from boed.claims.totals import HEADINGS, totals, words

STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; color: #222 }
body { margin: 1.5em auto; max-width: 90em; padding: 0 1em }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 2em }
table { border-collapse: collapse; width: 100% }
td, th { padding: .3em .5em; vertical-align: top; text-align: left }
tr { border-bottom: 1px solid #ddd } th { border-bottom: 2px solid #888 }
th.sorts { cursor: pointer }
td small { color: #555; display: block } td.number { min-width: 6em }
th.claim, th.note { width: 23% } th.limit { width: 15% } details { margin: .5em 0 }
.holds { background: #d8f0dc } .partly { background: #fff2cc } .fails { background: #f8d7d7 }
.cannot { background: #e6e6e6 } .not { background: #f4f4f4 }
"""
SORT = """
for (const head of document.querySelectorAll("th.sorts")) head.onclick = () => {
  const body = head.closest("table").tBodies[0], at = head.cellIndex
  const down = head.dataset.down = head.dataset.down ? "" : "1"
  const key = row => row.cells[at].dataset.key
  const rows = [...body.rows].sort((a, b) => key(a).localeCompare(key(b)))
  body.append(...(down ? rows : rows.reverse()))
}
"""
LEGEND = """
A claim <b class=holds>holds</b> where the whole bootstrap interval over replicates, in brackets,
meets its threshold, <b class=fails>fails</b> where none of it does, and does so
<b class=partly>partly</b> in between. <b class=cannot>Cannot be tested</b>: inputs not published.
Columns: faithful, the authors' code as it runs, from their own network in every replicate; printed,
what their text says, from that network too; ours, the recipes of this project, each replicate from
a network of its own; exact, a reference without sampling or approximation, where there is one.
"""
TITLES = HEADINGS | {"exact": "exact"}


def kind(verdict: str) -> str:
    """A verdict as a class name."""
    return verdict.split(" ")[0]


def leading(row: dict) -> str:
    """The verdict that colours a row: of the authors' code, of their text or else of ours."""
    return next((row[f"verdict_{name}"] for name in JUDGED if row[f"verdict_{name}"]), "")


def cell(row: dict, name: str) -> str:
    """A column's number and verdict."""
    verdict = row.get(f"verdict_{name}", "")
    number, _, interval = row[name].partition(" ")
    small = "".join(f"<small>{escape(text)}</small>" for text in (interval, verdict) if text)
    key = escape(verdict + number)
    return f'<td class="number {kind(verdict)}" data-key="{key}">{escape(number)}{small}</td>'


def figures(row: dict) -> str:
    """Links to the figures that show a claim."""
    paths = [(path, path.split("/", 1)[1]) for path in row["figure"].split()]
    return "<br>".join(f'<a href="{escape(path)}">{escape(name)}</a>' for path, name in paths)


def claim_row(row: dict) -> str:
    """A claim as a table row."""
    limit, _, reason = row["threshold"].partition(": ")
    key, tint = escape(row["id"]), kind(leading(row))
    return (
        f'<tr><td class="{tint}" data-key="{key}">{escape(row["paper"])}'
        f"<small>{escape(row['where'])}</small></td>"
        f'<td id="{key}">{escape(row["claim"])}<small>{key}</small></td>'
        + "".join(cell(row, name) for name in MEASURED)
        + f"<td><b>{escape(limit)}</b><small>{escape(reason)}</small></td>"
        f"<td>{escape(row['note'])}<small>{figures(row)}</small></td></tr>"
    )


def totals_table(rows: list[dict]) -> str:
    """How often each verdict, by paper."""
    body = ""
    for paper, columns in totals(rows).items():
        cells = "".join(f"<td>{words(columns[name])}</td>" for name in JUDGED)
        body += f"<tr><td>{escape(paper)}</td>{cells}</tr>"
    head = "".join(f"<th>{TITLES[name]}</th>" for name in JUDGED)
    return f"<table><thead><tr><th>paper</th>{head}</tr></thead><tbody>{body}</tbody></table>"


def claims_table(rows: list[dict]) -> str:
    """All claims."""
    head = '<th class="sorts">paper</th><th class="claim">claim</th>'
    head += "".join(f'<th class="sorts">{TITLES[name]}</th>' for name in MEASURED)
    head += '<th class="limit">threshold, why</th><th class="note">note, figures</th>'
    body = "".join(map(claim_row, rows))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def series_table(runs: list[dict]) -> str:
    """The numbers of one published series: published, our median and range, percentile."""
    body = ""
    for run in runs:
        ours = f"{run['median']} ({run['p10']} to {run['p90']}; "
        ours += f"{run['least']} to {run['greatest']})"
        texts = [run["recipe"], run["at"], run["published"]]
        texts += [ours, run["percentile"]] if run["median"] else ["not run", ""]
        body += "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>"
    titles = ("recipe", "at", "published", "ours: median (10th to 90th; all)", "percentile")
    head = "".join(f"<th>{title}</th>" for title in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def runs_tables(runs: list[dict]) -> str:
    """The second table, a series at a time, folded."""
    parts = []
    for _, group in itertools.groupby(runs, key=lambda run: run["id"]):
        series = list(group)
        first = series[0]
        title = f"{first['paper']}, {first['where']}: {first['quantity']}"
        note = f"<p>{escape(first['note'])}</p>" if first["note"] else ""
        body = f"<summary>{escape(title)}</summary>{note}{series_table(series)}"
        parts.append(f"<details>{body}</details>")
    return "".join(parts)


def page(rows: list[dict], runs: list[dict]) -> str:
    """The page: totals by paper, every claim, then the numbers of single published runs."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>What holds</title>'
        f"<style>{STYLE}</style><h1>What holds</h1>{totals_table(rows)}<p>{LEGEND}</p>"
        f"<h2>Claims</h2>{claims_table(rows)}<h2>Single published runs</h2>"
        "<p>A number of one run is no claim: it stands beside the distribution of ours over "
        "replicates, with the percentile at which it lies there.</p>"
        f"{runs_tables(runs)}<script>{SORT}</script></html>\n"
    )
