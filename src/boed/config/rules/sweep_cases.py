"""The cases of the sweeps: their settings, and which file holds which.

Cases alike are run once for all sweeps. No JAX here, since every Snakemake start runs it.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from boed.config import overlays
from boed.config.rules.narrowing import (
    Settings,
    in_order,
    with_network_shape,
    with_one_solver,
    without_side_studies,
)
from boed.config.rules.stage_files import starting_weights


@dataclass(frozen=True, eq=False)
class SweepCases:
    """The sweeps of a checked configuration without nulls."""

    config: dict

    @cached_property
    def homes(self) -> dict[tuple[str, str], tuple[str, str]]:
        """{(sweep, case): the sweep and case that runs it}."""
        return overlays.runs(self.config)

    def study(self, sweep: str) -> str:
        """The study that a sweep varies."""
        return self.config["sweeps"][sweep]["study"]

    def axes(self, sweep: str) -> dict[str, list[str]]:
        """{axis: its values} of a sweep."""
        return {name: list(vs) for name, vs in self.config["sweeps"][sweep]["axes"].items()}

    def values(self, sweep: str) -> list[str]:
        """Values of a sweep's first axis: a job each."""
        return next(iter(self.axes(sweep).values()))

    def settings(self, sweep: str, value: str) -> dict[str, Settings]:
        """{case: all that it depends on} of the cases that the job of one value of the first axis
        runs: those that no earlier sweep runs.
        """
        cases = overlays.cases(self.config["sweeps"][sweep])
        names = [name for name, values in cases.items() if values[0] == value]
        return {
            name: self._of_case(sweep, name)
            for name in names
            if self.homes[sweep, name] == (sweep, name)
        }

    def _of_case(self, sweep: str, case: str) -> Settings:
        settings = without_side_studies(overlays.resolve_case(self.config, sweep, case))
        return in_order(with_network_shape(with_one_solver(settings)))

    def starting_weights(self, sweep: str, value: str) -> dict[str, str]:
        """{name: file} of the weights that the cases of a job start from."""
        cases = self.settings(sweep, value).values()
        paths = [starting_weights(self.study(sweep), settings) for settings in cases]
        return {PurePosixPath(path).stem: path for path in paths}

    def places(self, sweep: str) -> list[tuple[str, str]]:
        """(file, case in it) of every case of a sweep, in the order of its axes."""
        homes = [self.homes[sweep, case] for case in overlays.cases(self.config["sweeps"][sweep])]
        return [(self._file(home, case), case) for home, case in homes]

    def _file(self, sweep: str, case: str) -> str:
        return (
            f"<results>/sweeps/{sweep}/{overlays.cases(self.config['sweeps'][sweep])[case][0]}.nc"
        )

    def files(self, sweep: str) -> list[str]:
        """The files that hold the cases of a sweep, each once."""
        return list(dict.fromkeys(file for file, _ in self.places(sweep)))

    def positions(self, sweep: str) -> list[list]:
        """[number of the file, case in it] of every case of a sweep."""
        files = self.files(sweep)
        return [[files.index(file), case] for file, case in self.places(sweep)]
