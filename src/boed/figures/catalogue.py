"""The page docs/figures.md, made of the table docs/figures.yaml: from a file's name to the script
that draws it, to the ones that made its numbers, to the module that computes them. Imports no JAX.

`python -m boed.figures.catalogue` writes the page anew.
"""

import re
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import yaml

TABLE, PAGE = Path("docs/figures.yaml"), Path("docs/figures.md")
COLUMNS = ("file", "shows", "where in the paper", "target", "drawn by", "numbers by", "method")
HEADINGS = {name: f"`{name}`" for name in ("ad_eki", "active_learning", "mean_variance")}
HEADINGS["all"] = "All of it"
HEAD = """# Figures and tables

Made of [figures.yaml](figures.yaml) by `python -m boed.figures.catalogue`: change the one, run the
other.

From a figure to the code behind it: its row names the script that draws it, those that made the
numbers, and the module that computes them. Files are below `results/`; every figure is there as PNG
and as PDF, and each file is a target of its own, as in
`.venv/bin/snakemake results/figures/structural_error/location_error.png`. In file names a word in
braces stands for one of these names (those of `config/config.yaml`):

| word | names | which of them |
| --- | --- | --- |
{words}

| target | paper | time |
| --- | --- | --- |
{targets}

Times: wall clock on 2 shared cores, from nothing, what the target needs included. A slower machine
has taken twice as long. `make reproduce` makes all but the last two rows in about 40 minutes, and 1
to 2 minutes once for the environment.

{tables}
"""


class Word(NamedTuple):
    """A word in braces: the names that it stands for, and which of them if not all are made."""

    word: str
    names: list[str]
    which: str


class Entry(NamedTuple):
    """A kind of file below results/, what shows in it and what made it; see the table's head."""

    file: str
    shows: str
    paper: str
    where: str
    targets: list[str]
    draws: str
    numbers: list[str]
    method: list[str]
    script: str = ""


def read(path: Path = TABLE) -> tuple[list[dict], list[Entry]]:
    """(targets, entries) of the table; TypeError for an entry with a key that is none."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table["targets"], [Entry(**entry) for entry in table["entries"]]


def words(path: Path = TABLE) -> list[Word]:
    """What the words in braces stand for."""
    return [Word(**row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))["words"]]


def pattern(file: str) -> re.Pattern:
    """What the names match that a file with words in braces stands for; a case may have a
    folder.
    """
    parts = re.split(r"(\{\w+\})", file)
    named = [
        rf"(?P<{part[1:-1]}>{'.+' if part == '{case}' else '[^/]+'})"
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    ]
    return re.compile("".join(named))


def entry_of(entries: list[Entry], path: str) -> Entry:
    """The entry of a file below results/: of several that match the one with most of its name;
    KeyError without any.
    """
    matching = [entry for entry in entries if pattern(entry.file).fullmatch(path)]
    if not matching:
        raise KeyError(f"no entry of the table of figures for {path}")
    return max(matching, key=lambda entry: len(re.sub(r"\{\w+\}", "", entry.file)))


def module_of(name: str, source: Path = Path("src/boed")) -> Path:
    """The file of a module, or of a function's module, by its name from the wing on; KeyError if
    there is none.
    """
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        path = source.joinpath(*parts[:count]).with_suffix(".py")
        if path.is_file():
            return path
    raise KeyError(f"no module of boed holds {name}")


def _script(name: str) -> str:
    return f"[{name}](../workflow/scripts/{name}.py)"


def _row(entry: Entry) -> str:
    cells = (
        f"`{entry.file}`",
        entry.shows,
        entry.where,
        ", ".join(f"`{target}`" for target in entry.targets),
        _script(entry.script or entry.draws),
        ", ".join(map(_script, entry.numbers)) or "–",
        ", ".join(f"[{name}](../{module_of(name).as_posix()})" for name in entry.method),
    )
    return "| " + " | ".join(cells) + " |"


def _names(word: Word) -> str:
    names = ", ".join(f"`{name}`" for name in word.names)
    return f"| `{{{word.word}}}` | {names} | {word.which} |"


def page(targets: list[dict], entries: list[Entry], explained: list[Word]) -> str:
    """The page in Markdown: the words in braces, the targets, then a table a paper."""
    head = "\n".join([f"| {' | '.join(COLUMNS)} |", "| --- " * len(COLUMNS) + "|"])
    tables = [
        "\n".join([f"## {HEADINGS[paper]}", "", head, *map(_row, part)])
        for paper, part in groupby(entries, attrgetter("paper"))
    ]
    rows = "\n".join(f"| `{row['name']}` | {row['paper']} | {row['time']} |" for row in targets)
    named = "\n".join(map(_names, explained))
    return HEAD.format(words=named, targets=rows, tables="\n\n".join(tables))


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(*read(), words()), encoding="utf-8")


if __name__ == "__main__":
    main()
