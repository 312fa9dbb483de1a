"""What a typed path names that the configuration does not have, said before any job.

No JAX here, since every Snakemake start runs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from boed.config.rules.narrowing import pattern_of
from boed.config.rules.targets import SCALING_AXES, Targets

# figures, logs and timings stand below these folders, at the path of what they belong to
MIRRORS = ("figures", "logs", "timings")
# files of the half of a stage that calibrates, which the first stage does not have
CALIBRATED = (
    "discrepancy_experiment",
    "discrepancy_measurement",
    "network",
    "corrected_belief",
    "gain_profile",
    "gain_comparison",
)
# figures whose names end with a variant's
OF_VARIANTS = ("posteriors", "information_gain", "field_errors", "fields", "gain_comparison")


def _unknown(kind: str, name: str, known: Iterable[object]) -> str | None:
    """A sentence for a name that is not among those known."""
    names = [str(other) for other in known]
    return None if name in names else f"{name!r} is no {kind}; there are: {', '.join(names)}"


@dataclass(frozen=True, eq=False)
class KnownNames:
    """The names of studies, variants, stages, sweeps, cases and layouts of a configuration."""

    targets: Targets

    def patterns(self) -> dict[str, str]:
        """{wildcard: a regular expression that matches the names that there are}."""
        config, studies = self.targets.config, self.targets.studies
        names = studies.names()
        variants = {variant: None for study in names for variant in studies.variants(study)}
        stages = max((len(studies.stages(study)) for study in names), default=0)
        return {
            "study": pattern_of([*names, *studies.of_method("risk")]),
            "variant": pattern_of(variants),
            "stage": pattern_of(map(str, range(1, stages + 1))),
            "sweep": pattern_of(config["sweeps"]),
            "size": pattern_of(config["networks"]["sizes"]),
            "layout": pattern_of(self.targets.sensors.layouts()),
        }

    def problem(self, path: str) -> str | None:
        """What a path below the results names that does not exist, with the names that do."""
        parts = PurePosixPath(path).parts
        while parts and parts[0] in MIRRORS:
            parts = parts[1:]
        if len(parts) < 2:
            return None
        folder, rest = parts[0], [*parts[1:-1], parts[-1].split(".")[0]]
        special = {
            "sweeps": self._in_sweeps,
            "source_inversion": self._in_source_inversion,
            **dict.fromkeys(
                ("surrogate", "networks", "method_comparison", "scaling"), self._in_list
            ),
        }
        if folder in special:
            return special[folder](folder, rest)
        if folder in ("benchmarks", "plume"):
            return None
        if folder in self.targets.studies.names():
            return self._in_study(folder, rest)
        return _unknown("study", folder, self.targets.config["studies"])

    def _in_study(self, study: str, rest: list[str]) -> str | None:
        studies = self.targets.studies
        if len(rest) == 1:
            figures = [name for name in OF_VARIANTS if rest[0].startswith(f"{name}_")]
            variant = rest[0].removeprefix(f"{figures[0]}_") if figures else ""
            known = studies.variants(study)
            return _unknown(f"variant of {study}", variant, known) if figures else None
        if rest[0] == "starting_weights":
            return None
        problem = _unknown(f"variant of {study}", rest[0], studies.variants(study))
        if problem or not rest[1].startswith("stage_"):
            return problem
        first = 2 if rest[-1] in CALIBRATED else 1
        kind = f"stage of {study} that calibrates" if first == 2 else f"stage of {study}"
        return _unknown(kind, rest[1].removeprefix("stage_"), studies.stages(study, first))

    def _in_sweeps(self, _: str, rest: list[str]) -> str | None:
        sweeps = self.targets.config["sweeps"]
        name = rest[0] if rest[0] in sweeps else rest[0].removesuffix("_stages")
        problem = _unknown("sweep", name, sweeps)
        if problem or len(rest) == 1:
            return problem
        axis, values = next(iter(sweeps[name]["axes"].items()))
        return _unknown(f"value of the axis {axis} of {name}", rest[1], values)

    def _in_source_inversion(self, _: str, rest: list[str]) -> str | None:
        sensors = self.targets.sensors
        if rest[0] == "fronts":
            return _unknown("layout with two sensors", rest[-1], sensors.two_sensor_layouts())
        if rest in (["one_sensor", "layouts"], ["one_sensor", "ways"]):
            return None  # of all layouts
        cases = [*sensors.one_sensor(), *sensors.two_sensors()]
        return _unknown("case", "/".join(rest[:-1]), cases)

    def _in_list(self, folder: str, rest: list[str]) -> str | None:
        config = self.targets.config
        known = {
            "surrogate": ("layout", self.targets.sensors.layouts()),
            "networks": ("network size", config["networks"]["sizes"]),
            "method_comparison": ("method", [*self.targets.methods(), "strength"]),
            "scaling": ("solver", [*config["scaling"]["solvers"], "scaling", *SCALING_AXES]),
        }
        return _unknown(known[folder][0], rest[0], known[folder][1])
