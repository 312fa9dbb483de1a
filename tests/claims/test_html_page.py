"""The page of claims and the totals in README."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from boed.claims import html_page, published_runs, scorecard, totals

ROW = dict.fromkeys(scorecard.COLUMNS, "") | {
    "id": "p-a",
    "paper": "p",
    "where": "§1 & 2",
    "claim": "a < b",
    "faithful": "0.1 [0, 0.2]",
    "verdict_faithful": "holds",
    "verdict_ours": "cannot be tested",
    "threshold": "≤ 0.2: near",
    "figure": "figures/a/b.png figures/c.png",
    "note": '<script>alert("x")</script>',
}
RUN = dict.fromkeys(published_runs.COLUMNS, "") | {
    "id": "r",
    "paper": "p",
    "where": "Fig. 1",
    "quantity": "error <1>",
    "recipe": "released",
    "at": "stage 1",
    "published": "0.3",
    "percentile": "60",
    "median": "0.2",
    "p10": "0.1",
    "p90": "0.4",
    "least": "0.05",
    "greatest": "0.5",
}


class Reader(HTMLParser):
    """Tags, their attributes and the text of a page; raises where tags do not close in order."""

    def __init__(self, page):
        super().__init__()
        self.open, self.seen, self.text = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_text_is_escaped_and_tags_close():
    found = Reader(html_page.page([ROW], [RUN]))
    assert found.open == []
    text = "".join(found.text)
    for part in ("§1 & 2", "a < b", '<script>alert("x")</script>', "error <1>"):
        assert part in text
    assert [tag for tag, _ in found.seen].count("script") == 1


def test_the_page_needs_nothing_else_and_links_to_figures():
    page = html_page.page([ROW], [RUN])
    attributes = [pair for _, each in Reader(page).seen for pair in each.items()]
    assert [value for name, value in attributes if name == "href"] == [
        "figures/a/b.png",
        "figures/c.png",
    ]
    assert not [name for name, _ in attributes if name == "src"]
    assert not re.search(r"https?://|@import|url\(", page)


def test_verdicts_colour_their_cells_and_numbers_stand_with_their_interval():
    page = html_page.page([ROW], [RUN])
    told = r"0\.1<small>\[0, 0\.2\]</small><small>holds</small>"
    assert re.search(r'class="number holds"[^>]*>' + told, page)
    assert re.search(r'class="number cannot"[^>]*><small>cannot be tested</small>', page)
    assert "<td>0.2 (0.1 to 0.4; 0.05 to 0.5)</td><td>60</td>" in page


def test_totals_by_hand():
    rows = [ROW, ROW | {"verdict_faithful": "fails", "verdict_ours": ""}, ROW | {"paper": "q"}]
    assert totals.table(rows).splitlines()[2:] == [
        "| `p` | 2 | 1 holds, 1 fails | – | 1 cannot be tested |",
        "| `q` | 1 | 1 holds | – | 1 cannot be tested |",
    ]


def test_totals_go_between_the_markers_and_nowhere_else(tmp_path):
    text = f"# a\n\n{totals.BEGIN}\nold\n{totals.END}\n\nold\n"
    expected = f"# a\n\n{totals.BEGIN}\nnew\n{totals.END}\n\nold\n"
    assert totals.replaced(text, "new") == expected
    with pytest.raises(ValueError, match="needs the lines"):
        totals.replaced("# a", "new")
    table, page = tmp_path / "claims.csv", tmp_path / "README.md"
    with table.open("w", newline="") as stream:
        csv.writer(stream).writerows([scorecard.COLUMNS, [ROW[name] for name in scorecard.COLUMNS]])
    page.write_text(text)
    totals.main(str(table), str(tmp_path / "copy.csv"), str(page))
    assert "| `p` | 1 | 1 holds | – | 1 cannot be tested |" in page.read_text()
    assert (tmp_path / "copy.csv").read_text() == table.read_text()


def test_readme_has_the_totals_of_the_committed_scorecard():
    with open("docs/claims.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    readme = Path("README.md").read_text(encoding="utf-8")
    assert readme == totals.replaced(readme, totals.table(rows))
    assert tuple(rows[0]) == scorecard.COLUMNS


def test_the_committed_scorecard_is_of_the_claims_as_they_are():
    with open("docs/claims.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    papers = ("ad_eki", "active_learning", "mean_variance")
    listed = scorecard.read([Path(f"config/claims/{paper}.yaml") for paper in papers])
    told = [(row["id"], row["claim"]) for row in rows]
    assert told == [(claim.id, claim.claim) for claim in listed]
    for row in rows:
        assert {row[f"verdict_{name}"] for name in scorecard.JUDGED} <= {*scorecard.VERDICTS, ""}
