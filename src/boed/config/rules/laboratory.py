"""What was measured so far in the studies that have a table of measurements, and what comes next.

No JAX here, since every Snakemake start runs it.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boed.config import measurement_table
from boed.config.measurement_table import Coordinate, Expected, Row, Step, TableError
from boed.config.rules.studies import Studies


@dataclass(frozen=True, eq=False)
class Laboratory:
    """The tables of a checked configuration without nulls."""

    studies: Studies
    _rows: dict = field(default_factory=dict, init=False, repr=False)

    def problems(self) -> list[str]:
        """A line for everything that is wrong with any study's table."""
        lines = []
        for study in self.studies.measured():
            try:
                self.rows(study)
            except TableError as error:
                lines += str(error).splitlines()
        return lines

    def rows(self, study: str) -> list[Row]:
        """All rows of a study's table; TableError where it cannot be used."""
        if study not in self._rows:
            path = Path(self._settings(study)["measurements"])
            self._rows[study] = measurement_table.read(path, self.expected(study))
        return self._rows[study]

    def expected(self, study: str) -> Expected:
        """What the table of a study may hold."""
        settings = self._settings(study)
        count = settings["experiments"]

        def of_each(name: str, number: int) -> str:
            return name if count == 1 else f"{name}_{number}"

        numbers = range(1, count + 1)
        return Expected(
            designs=tuple(
                _coordinate(of_each(name, number), block)
                for number in numbers
                for name, block in settings["designs"].items()
            ),
            outputs=tuple(of_each(name, n) for n in numbers for name in settings["outputs"]),
            steps=measurement_table.steps_of(settings["stages"], settings["correct"]),
            whole="covariance" in settings["noise"],
        )

    def next_step(self, study: str) -> Step | None:
        """The design that is not yet measured; None where all are."""
        return measurement_table.next_step(self.rows(study), self.expected(study))

    def next_parameters(self, study: str) -> dict[str, Any]:
        """The next step, as a job takes it: stage 0 where all is measured."""
        step = self.next_step(study)
        return {"stage": 0, "kind": ""} if step is None else step._asdict()

    def parameters(self, study: str) -> list[list[str]]:
        """Name and unit of all that the belief is about."""
        settings = self._settings(study)
        held = settings.get("missing", {}).get("parameters", {}) if settings["joint"] else {}
        every = settings["parameters"] | held
        return [[name, block.get("unit", "1")] for name, block in every.items()]

    def drawn_axes(self, study: str) -> dict[str, list[str]]:
        """Name and unit of the first design and of what is measured, where that is one output."""
        settings = self._settings(study)
        (design, place), *_ = settings["designs"].items()
        (output, block), *others = settings["outputs"].items()
        measured = ["measured", "1"] if others else [output, block.get("unit", "1")]
        return {"design": [design, place.get("unit", "1")], "output": measured}

    def readings(self, study: str, stage: int, kind: str) -> list[dict[str, list]]:
        """What was measured at a step: of every reading design, outputs and deviations; where they
        stand in the file changes nothing.
        """
        return [
            {
                "design": list(row.design),
                "outputs": list(row.outputs),
                "deviations": list(row.deviations),
            }
            for row in self.rows(study)
            if row.step == Step(stage, kind)
        ]

    def file(self, study: str, stage: int, kind: str) -> str:
        """The file of what was measured at a step.

        Its name says which readings it is of: those that are corrected have another, and what
        follows is made anew even where nothing but the files remembers the old ones.
        """
        content = json.dumps(self.readings(study, stage, kind)).encode()
        digest = hashlib.sha256(content).hexdigest()[:12]
        return f"<results>/{study}/measured/stage_{stage}_{kind}_{digest}.nc"

    def variant(self, study: str) -> str:
        """The only variant of a study of measurements."""
        (name,) = self.studies.variants(study)
        return name

    def _settings(self, study: str) -> dict:
        return self.studies.settings(study, self.variant(study))


def _coordinate(name: str, block: dict) -> Coordinate:
    """The column of a design."""
    candidates = tuple(sorted(block.get("candidates") or ()))
    ends = (candidates[0], candidates[-1]) if candidates else (block["lower"], block["upper"])
    return Coordinate(name, *map(float, ends), candidates)
