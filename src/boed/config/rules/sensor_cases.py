"""The source inversion's cases, one or two sensors in a layout: their names, settings and files.

A case is `one_sensor` or `two_sensors` in the open domain, with /{layout} in one with buildings.
No JAX here, since every Snakemake start runs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from boed.config.rules.narrowing import Settings, in_order

SENSORS = ("one_sensor", "two_sensors")
# what the forward model of samples depends on besides `model`
MODEL_BLOCKS = {"surrogate": (), "solver": ("solver",), "adjoint": ("cells",)}


def case_of(sensors: str, layout: str) -> str:
    """The case of so many sensors, one_sensor or two_sensors, in a layout."""
    return sensors if layout == "open" else f"{sensors}/{layout}"


def sensors_in(case: str) -> int:
    """How many sensors a case places."""
    return SENSORS.index(case.split("/")[0]) + 1


@dataclass(frozen=True, eq=False)
class SensorCases:
    """The block `source_inversion` of a checked configuration without nulls."""

    block: dict

    def layouts(self) -> list[str]:
        """All layouts of buildings."""
        return list(self.block["layouts"])

    def two_sensor_layouts(self) -> list[str]:
        """Layouts in which two sensors are placed."""
        return list(self.block["searches"]["two_sensors"])

    def one_sensor(self) -> list[str]:
        """Cases of one sensor: all layouts."""
        return [case_of("one_sensor", layout) for layout in self.layouts()]

    def two_sensors(self) -> list[str]:
        """Cases of two sensors."""
        return [case_of("two_sensors", layout) for layout in self.two_sensor_layouts()]

    def searched(self) -> list[str]:
        """Cases that are optimised: one sensor in some layouts, two in some."""
        chosen = self.block["searches"]["one_sensor"]
        one = [case_of("one_sensor", layout) for layout in self.layouts() if layout in chosen]
        return [*one, *self.two_sensors()]

    def layout_of(self, case: str) -> str:
        """The layout of a case."""
        _, _, layout = case.partition("/")
        return layout or "open"

    def buildings(self, case: str | None = None, layout: str | None = None) -> list:
        """The buildings of a job's layout: its own, or that of its case."""
        return self.block["layouts"][layout or self.layout_of(case)]

    def parameters(
        self, names: Iterable[str], case: str | None = None, layout: str | None = None
    ) -> Settings:
        """The named parts of the settings, the source, the time and the job's buildings.

        Of the searches no more than how this number of sensors explores: a layout more is no
        reason to search again in the others.
        """
        parts = {name: self.block[name] for name in ("source", "time", *names)}
        if "searches" in parts:
            searches = {k: value for k, value in parts["searches"].items() if k not in SENSORS}
            exploration = searches["exploration"][SENSORS[sensors_in(case) - 1]]
            parts["searches"] = searches | {"exploration": exploration}
        return in_order(parts | {"buildings": self.buildings(case, layout)})

    def model_blocks(self) -> list[str]:
        """Names of the settings that the forward model of samples depends on."""
        return ["model", *MODEL_BLOCKS[self.block["model"]]]

    def buildings_by_layout(self) -> dict[str, list]:
        """{layout: its buildings}."""
        return {name: self.block["layouts"][name] for name in self.layouts()}

    def surrogate(self, case: str) -> str | list[str]:
        """The surrogate of a case's layout, if samples go through surrogates."""
        used = self.block["model"] == "surrogate"
        return f"<results>/surrogate/{self.layout_of(case)}/surrogate.nc" if used else []

    def reference(self, case: str) -> str:
        """What a search is held against: the map of one sensor, random pairs of two."""
        return f"<results>/source_inversion/{case}/{('utility', 'pairs')[sensors_in(case) - 1]}.nc"

    def reference_name(self, case: str) -> str:
        """What a figure calls the best of that reference."""
        return ("best of the map", "best random pair")[sensors_in(case) - 1]

    def exact_map(self, layout: str) -> str:
        """The exact map of one sensor in a layout."""
        return f"<results>/source_inversion/{case_of('one_sensor', layout)}/exact.nc"

    def pair_search(self, layout: str) -> str:
        """The search for two sensors in a layout."""
        return f"<results>/source_inversion/{case_of('two_sensors', layout)}/search.nc"

    def training_timings(self) -> list[str]:
        """Seconds of simulation and training of every layout's surrogate, if samples use them."""
        if self.block["model"] != "surrogate":
            return []
        parts = [(layout, part) for layout in self.layouts() for part in ("training", "surrogate")]
        return [f"<results>/timings/surrogate/{layout}/{part}.tsv" for layout, part in parts]
