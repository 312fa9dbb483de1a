"""What each target makes, and which files of the scorecard a configuration can make.

`<results>` stands for the folder of the results, as in the rules. No JAX here, since every
Snakemake start runs it.
"""

from dataclasses import dataclass
from math import ceil
from pathlib import PurePosixPath

from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.studies import Studies

# files of a risk study: those that every one has, and those that a block of its settings asks for
RISK_FILES = ("utility", "utilities", "risk_measures")
RISK_PARTS = {
    "convergence": "convergence",
    "outcomes": "outcomes",
    "map": "utility_map",
    "optimisation": "optimisation",
    "sample_sizes": "sample_sizes",
}
# so many jobs a core leave none idle for long
MANY = 4
SCALING_AXES = ("members", "iterations", "samples")


def runs_at_once(jobs: int, cores: int) -> int:
    """How many runs of a black box one of so many jobs makes at once: one, unless the last jobs
    would leave cores idle for long; then a job at a time has all cores.
    """
    return 1 if jobs % cores == 0 or jobs >= MANY * cores else cores


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of a checked configuration without nulls."""

    studies: Studies
    sensors: SensorCases

    @property
    def config(self) -> dict:
        """The whole configuration."""
        return self.studies.config

    def everything(self) -> list[str]:
        """All but the targets that are only made when asked for."""
        files = ["<results>/claims.html", "<results>/figures/plume.png"]
        return files + self._of_all_studies()

    def figures(self) -> list[str]:
        """Every figure, as PNG."""
        files = [file for file in self._of_all_studies() if file.endswith(".png")]
        return ["<results>/figures/plume.png", *files]

    def _of_all_studies(self) -> list[str]:
        return [
            *(file for study in self.studies.names() for file in self.study(study)),
            *self.all_sweeps(),
            *self.scaling(),
            *self.method_comparison(),
            *(file for study in self.studies.of_method("risk") for file in self.study(study)),
            *self.surrogate(),
            *self.source_inversion(),
        ]

    def study(self, name: str) -> list[str]:
        """What a study makes, whatever its kind."""
        if self._method(name) == "risk":
            return self.risk_study(name)
        if self.studies.is_described(name):
            return self.described_study(name)
        return (
            self.hybrid_study(name) if self._method(name) == "hybrid" else self.active_study(name)
        )

    def _method(self, study: str) -> str | None:
        return self.config["studies"].get(study, {}).get("method")

    def described_study(self, study: str) -> list[str]:
        """Numbers of a study of several stages of a described system."""
        if study in self.studies.measured():
            return [f"<results>/{study}/next.csv", f"<results>/figures/{study}/next.png"]
        variants = self.studies.variants(study)
        hybrid = self._method(study) == "hybrid"
        return [
            *([f"<results>/{study}/metrics.nc"] if hybrid else []),
            *(f"<results>/{study}/{variant}/outputs.nc" for variant in variants),
            *(f"<results>/figures/{study}/outputs_{variant}.png" for variant in variants),
        ]

    def hybrid_study(self, study: str) -> list[str]:
        """Metrics, tables and figures of a plume's study that teaches by designs of its own."""
        settings, fields = self.studies.settings(study), self.studies.field_variants(study)
        figures = ["location_error", *(f"posteriors_{v}" for v in self.studies.variants(study))]
        profiled = settings["gain_profile"]["variants"] if "gain_profile" in settings else []
        figures += [f"information_gain_{variant}" for variant in profiled]
        figures += [f"field_errors_{variant}" for variant in fields]
        tables = ["table_1.csv"] if self.studies.learns(study, "network") else []
        if "gain_comparison" in settings:
            figures.append(f"gain_comparison_{settings['gain_comparison']['variant']}")
        if "joint" in settings:
            figures.append("joint")
            tables += ["joint.nc", "costs.csv"]
        return [
            *(f"<results>/{study}/{name}" for name in ("metrics.nc", *tables)),
            *(f"<results>/figures/{study}/{name}.png" for name in figures),
        ]

    def active_study(self, study: str) -> list[str]:
        """Numbers, tables and figures of a plume's study whose own data teach the model."""
        settings, tables = self.studies.settings(study), ["errors.csv"]
        figures = ["beliefs", "learning"]
        figures += [f"fields_{variant}" for variant in self.studies.field_variants(study)]
        if "designs" in settings:
            figures += ["designs", "models"]
            tables.append("models.csv")
        if "joint" in settings:
            figures.append("marginals")
            tables.append("costs.csv")
        if "agreement" in settings:
            figures.append("agreement")
        return [
            *(f"<results>/{study}/{v}/history.nc" for v in self.studies.variants(study)),
            *(f"<results>/{study}/{table}" for table in tables),
            *(f"<results>/figures/{study}/{name}.png" for name in figures),
        ]

    def risk_study(self, study: str) -> list[str]:
        """Figures of a risk study; of the parts that it may leave out, those that it has."""
        settings = self.studies.settings(study)
        parts = [name for block, name in RISK_PARTS.items() if block in settings]
        return [f"<results>/figures/{study}/{name}.png" for name in (*RISK_FILES, *parts)]

    def runs(self, study: str) -> list[str]:
        """The file of a black box's runs; none for a study of a model."""
        return [f"<results>/{study}/runs.nc"] if study in self.studies.black_boxes() else []

    def chunks(self, study: str) -> list[str]:
        """What the jobs make that run a black box, each for some of the samples."""
        settings = self.studies.settings(study)
        count = ceil(settings["samples"][-1] / settings["chunk"])
        return [f"<results>/{study}/runs/chunk_{number}.nc" for number in range(count)]

    def optimisations(self, study: str) -> list[str]:
        """The searches of a risk study, one file for each number of experiments at once."""
        numbers = self.studies.settings(study).get("optimisation", {}).get("experiments", [])
        return [f"<results>/{study}/optimisation_{number}.nc" for number in numbers]

    def risk_study_numbers(self, study: str) -> list[str]:
        """Names of the netCDF files that a risk study makes."""
        files = [PurePosixPath(path) for path in self.risk_study(study)]
        once = [f"{path.stem}.nc" for path in files if path.stem != "optimisation"]
        return [*once, *(PurePosixPath(path).name for path in self.optimisations(study))]

    def all_sweeps(self) -> list[str]:
        """What all sweeps make."""
        return [file for sweep in self.config["sweeps"] for file in self.sweep(sweep)]

    def sweep(self, sweep: str) -> list[str]:
        """What a sweep makes: its gathered numbers, its table and its figures."""
        return [
            f"<results>/sweeps/{sweep}.nc",
            f"<results>/sweeps/{sweep}.csv",
            f"<results>/figures/sweeps/{sweep}.png",
            f"<results>/figures/sweeps/{sweep}_stages.png",
        ]

    def scaling(self) -> list[str]:
        """The scaling study's numbers and figures."""
        figures = [f"<results>/figures/scaling/{axis}.png" for axis in SCALING_AXES]
        return ["<results>/scaling/scaling.nc", *figures]

    def scaling_parts(self) -> list[str]:
        """What each solver's scaling is measured to be."""
        return [f"<results>/scaling/{solver}.nc" for solver in self.config["scaling"]["solvers"]]

    def methods(self) -> list[str]:
        """Names of the methods that are compared."""
        return list(self.config["method_comparison"]["methods"])

    def method_comparison(self) -> list[str]:
        """Numbers and figure of the comparison of methods."""
        figure = "<results>/figures/method_comparison.png"
        return ["<results>/method_comparison/strength.nc", figure]

    def network_sizes(self) -> list[str]:
        """What comes out for a network of every size."""
        return [f"<results>/networks/{size}.nc" for size in self.config["networks"]["sizes"]]

    def surrogate(self) -> list[str]:
        """Validation and figure of every layout's surrogate, and the speed of the first one's
        models.
        """
        layouts = self.sensors.layouts()
        return [
            *(f"<results>/surrogate/{layout}/validation.nc" for layout in layouts),
            *(f"<results>/figures/surrogate/{layout}.png" for layout in layouts),
            f"<results>/surrogate/{layouts[0]}/speed.nc",
        ]

    def source_inversion(self) -> list[str]:
        """Figures of all sensors and layouts, and what the ways to their maps cost."""
        return [
            *(f"<results>/figures/source_inversion/{name}.png" for name in self._sensor_parts()),
            "<results>/figures/source_inversion/one_sensor/layouts.png",
            "<results>/source_inversion/one_sensor/ways.csv",
        ]

    def source_inversion_numbers(self) -> list[str]:
        """The netCDF files of all sensors and layouts."""
        return [f"<results>/source_inversion/{name}.nc" for name in self._sensor_parts()]

    def _sensor_parts(self) -> list[str]:
        cases, parts = self.sensors, ("search", "outcomes")
        return [
            *(f"{case}/utility" for case in cases.one_sensor()),
            *(f"{case}/pairs" for case in cases.two_sensors()),
            *(f"{case}/{part}" for case in cases.searched() for part in parts),
            *(f"fronts/{layout}" for layout in cases.two_sensor_layouts()),
        ]

    def can_make(self, file: str) -> bool:
        """Whether a file of the scorecard, its path below the results, belongs to this
        configuration: its study or sweep, variant and stage exist.
        """
        study, *rest = PurePosixPath(file).parts
        if study in ("source_inversion", "surrogate"):
            return f"<results>/{file}" in [*self.source_inversion_numbers(), *self.surrogate()]
        if study in ("scaling", "method_comparison"):
            return rest == ["scaling.nc" if study == "scaling" else "strength.nc"]
        if study == "sweeps":
            return PurePosixPath(rest[0]).stem in self.config["sweeps"]
        if self._method(study) == "risk":
            return rest[0] in self.risk_study_numbers(study)
        if self._method(study) == "active":
            return self._can_make_active(study, rest)
        return self._method(study) == "hybrid" and self._can_make_hybrid(study, rest)

    def _can_make_active(self, study: str, rest: list[str]) -> bool:
        if rest == ["joint.nc"]:
            return self.studies.has_joint_design(study)
        if rest in (["designs.nc"], ["agreement.nc"]):
            return rest[0].removesuffix(".nc") in self.studies.settings(study)
        return len(rest) == 2 and rest[0] in self.studies.variants(study)

    def _can_make_hybrid(self, study: str, rest: list[str]) -> bool:
        settings = self.studies.settings(study)
        if len(rest) == 1:
            joint = rest[0] == "joint.nc" and self.studies.has_joint_design(study)
            return rest[0] == "metrics.nc" or joint
        if len(rest) == 2:
            return rest[0] in self.studies.field_variants(study) and rest[1] == "field_errors.nc"
        variant, name = rest[0], rest[2].removesuffix(".nc")
        stage = int(rest[1].removeprefix("stage_"))
        if name == "physical_experiment":
            return variant in self.studies.variants(study) and stage in self.studies.stages(study)
        if name == "discrepancy_experiment":
            stages = self.studies.stages(study, first=2)
            return variant in self.studies.corrected_variants(study) and stage in stages
        block = settings.get(name, {"variants": [], "stage": 0})
        variants = block["variants"] if "variants" in block else [block["variant"]]
        return variant in variants and stage == block["stage"]
