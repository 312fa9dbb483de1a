"""A table of measurements that people write: which rows say what, and by line what is wrong.

One row a measurement: stage, kind (`physical` or `discrepancy`), the designs in their units, the
outputs, and where they are known the deviations of the noise.

No JAX here, since every Snakemake start runs it.
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

KINDS = ("physical", "discrepancy")
DEVIATION = "deviation"
# what spreadsheets put between columns; a semicolon leaves the comma to decimals
SEPARATORS = (",", ";", "\t")
# relative to the range, by which a written design may miss a bound or a candidate
ROUNDING = 1e-9


class TableError(ValueError):
    """A table that cannot be used: one line for everything that is wrong with it."""


class Step(NamedTuple):
    """One design of a study: its stage, and what it is to teach."""

    stage: int
    kind: str


class Row(NamedTuple):
    """One measurement; outputs: None where there is none, deviations: None where they are those of
    the noise model; line: where it stands in the file, which changes nothing.
    """

    step: Step
    design: tuple[float, ...]
    outputs: tuple[float | None, ...]
    deviations: tuple[float | None, ...]
    line: int


class Coordinate(NamedTuple):
    """A column of a design: its name, the least and the greatest value, and all that there are
    where others cannot be measured at.
    """

    name: str
    lower: float
    upper: float
    candidates: tuple[float, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What a table of a study may hold.

    steps: all designs of the study, in their order; whole: whether a row has all outputs.
    """

    designs: tuple[Coordinate, ...]
    outputs: tuple[str, ...]
    steps: tuple[Step, ...]
    whole: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that there must be."""
        return ("stage", "kind", *(c.name for c in self.designs), *self.outputs)

    @property
    def optional(self) -> tuple[str, ...]:
        """Names of the columns that there may be: a deviation for all outputs, or one for each;
        none where outputs share their noise.
        """
        if self.whole:
            return ()
        return (DEVIATION, *(f"{DEVIATION}_{name}" for name in self.outputs))


def steps_of(stages: int, correct: bool) -> tuple[Step, ...]:
    """The designs of a study of so many stages; from the second on a stage that corrects has one
    more.
    """
    every = (Step(stage, kind) for stage in range(1, stages + 1) for kind in KINDS)
    return tuple(s for s in every if s.kind == "physical" or (correct and s.stage > 1))


def read(path: Path, expected: Expected) -> list[Row]:
    """The rows of a file, in the order of the steps; none where there is no file yet.

    Raises TableError with a line for each thing that is wrong.
    """
    if not path.exists():
        return []
    return parse(path.read_bytes(), str(path), expected)


def parse(content: bytes, name: str, expected: Expected) -> list[Row]:
    """The rows of a file's bytes; name: what messages call it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TableError(f"{name}, line {line}: not UTF-8 text: save it as CSV, UTF-8") from None
    if not text.strip():
        return []
    head, *lines = text.splitlines()
    separator = max(SEPARATORS, key=head.count)
    columns = [cell.strip() for cell in next(csv.reader([head], delimiter=separator))]
    wrong = list(_of_head(columns, expected))
    if wrong:
        raise TableError("\n".join(f"{name}, line 1: {problem}" for problem in wrong))
    decimal = "," if separator == ";" else "."
    reader = _Reader(tuple(columns), expected, decimal)
    rows, problems = [], []
    for number, line in enumerate(lines, start=2):
        cells = next(csv.reader([line], delimiter=separator), [])
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(reader.row([cell.strip() for cell in cells], number))
        except TableError as error:
            problems += [f"{name}, line {number}: {part}" for part in str(error).splitlines()]
    problems += [f"{name}, line {line}: {what}" for line, what in _of_all(rows, expected)]
    if problems:
        raise TableError("\n".join(problems))
    return sorted(rows, key=lambda row: expected.steps.index(row.step))


def _of_head(columns: list[str], expected: Expected) -> Iterator[str]:
    """What is wrong with the names of the columns."""
    known = (*expected.required, *expected.optional)
    for name in dict.fromkeys(columns):
        if columns.count(name) > 1:
            yield f"{columns.count(name)} columns named {name!r}"
        if name not in known:
            yield f"unknown column {name!r}: there are {', '.join(known)}"
    for name in expected.required:
        if name not in columns:
            yield f"no column {name!r}: there must be {', '.join(expected.required)}"
    if DEVIATION in columns and any(f"{DEVIATION}_{name}" in columns for name in expected.outputs):
        yield f"a column {DEVIATION!r} for all outputs and one for an output: take either"


@dataclass(frozen=True)
class _Reader:
    """Reads rows under these columns; decimal: the character before a number's decimals."""

    columns: tuple[str, ...]
    expected: Expected
    decimal: str

    def row(self, cells: list[str], line: int) -> Row:
        """One row; TableError with a line for each thing that is wrong with it."""
        if len(cells) != len(self.columns):
            raise TableError(
                f"{len(cells)} cells for {len(self.columns)} columns, {', '.join(self.columns)}: "
                "half-written, or a comma within a number"
            )
        named, problems = dict(zip(self.columns, cells, strict=True)), []

        def asked(read, *arguments):
            """What `read` returns, or None and its complaint among the problems."""
            try:
                return read(*arguments)
            except TableError as error:
                problems.append(str(error))
                return None

        step = asked(self._step, named)
        design = tuple(asked(self._coordinate, c, named[c.name]) for c in self.expected.designs)
        outputs = tuple(asked(self._output, n, named[n]) for n in self.expected.outputs)
        deviations = tuple(asked(self._deviation, n, named) for n in self.expected.outputs)
        lacking = [n for n, o in zip(self.expected.outputs, outputs, strict=True) if o is None]
        if not problems and len(lacking) == len(outputs):
            problems.append("no output at all: leave the row out until there is one")
        elif not problems and lacking and self.expected.whole:
            problems.append(
                f"no {', '.join(lacking)}: with noise that outputs share a row has all of them"
            )
        if problems:
            raise TableError("\n".join(problems))
        return Row(step=step, design=design, outputs=outputs, deviations=deviations, line=line)

    def _step(self, named: dict[str, str]) -> Step:
        """The stage and the kind."""
        stages = {step.stage for step in self.expected.steps}
        text, kind = named["stage"], named["kind"].lower()
        if not text.isdecimal() or int(text) not in stages:
            raise TableError(f"stage: got {text!r}, accepts a stage from 1 to {max(stages)}")
        of_stage = [step.kind for step in self.expected.steps if step.stage == int(text)]
        if kind not in of_stage:
            raise TableError(
                f"kind: got {named['kind']!r}, accepts {' or '.join(of_stage)} in stage {text}"
            )
        return Step(int(text), kind)

    def _number(self, name: str, text: str) -> float:
        """A finite number."""
        shown = text if self.decimal == "." else text.replace(",", ".")
        try:
            value = float(shown)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            raise TableError(f"{name}: got {text!r}, accepts a finite number")
        return value

    def _coordinate(self, coordinate: Coordinate, text: str) -> float:
        """A value of a design within its bounds."""
        name, lower, upper, candidates = coordinate
        value, margin = self._number(name, text), ROUNDING * (upper - lower)
        if candidates:
            nearest = min(candidates, key=lambda other: abs(other - value))
            if abs(nearest - value) > margin:
                listed = ", ".join(f"{other:g}" for other in candidates)
                raise TableError(f"{name}: got {text}, accepts one of {listed}")
            return nearest
        if not lower - margin <= value <= upper + margin:
            raise TableError(f"{name}: got {text}, accepts a number from {lower:g} to {upper:g}")
        return min(max(value, lower), upper)

    def _output(self, name: str, text: str) -> float | None:
        """A measured number; None of an empty cell."""
        return self._number(name, text) if text else None

    def _deviation(self, name: str, named: dict[str, str]) -> float | None:
        """The deviation of an output's noise; None where the noise model has it."""
        column = DEVIATION if DEVIATION in named else f"{DEVIATION}_{name}"
        text = named.get(column, "")
        if not text:
            return None
        value = self._number(column, text)
        if value <= 0:
            raise TableError(f"{column}: got {text}, accepts a positive number")
        return value


def _of_all(rows: list[Row], expected: Expected) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) with rows beside each other: the same one twice, a step before one that
    has no row.
    """
    seen: dict[Row, int] = {}
    for row in rows:
        first = seen.setdefault(row._replace(line=0), row.line)
        if first != row.line:
            yield row.line, f"the same measurement as line {first}"
    there = {row.step for row in rows}
    for place, step in enumerate(expected.steps):
        later = [row for row in rows if expected.steps.index(row.step) > place]
        if step not in there and later:
            first = later[0]
            yield (
                first.line,
                f"stage {first.step.stage}, {first.step.kind}, but no row for stage {step.stage}, "
                f"{step.kind}, which comes before it: deleted, or not measured yet",
            )
            return


def next_step(rows: list[Row], expected: Expected) -> Step | None:
    """The first step without a measurement; None where all are measured."""
    there = {row.step for row in rows}
    return next((step for step in expected.steps if step not in there), None)
