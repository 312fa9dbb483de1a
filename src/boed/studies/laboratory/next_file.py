"""What a laboratory is told: where to measure next, what that is worth, and what is believed now;
as a file and as the rows of a table.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.jobs.store import variable

CHOICES = ("recommended", "most_expected", "risk_averse")
PARAMETER, SURE = "parameter", ("mean", "deviation")


class Believed(NamedTuple):
    """Mean and deviation of every parameter, in its unit."""

    mean: Float[np.ndarray, " parameters"]
    deviation: Float[np.ndarray, " parameters"]


class Prospects(NamedTuple):
    """Designs that were looked at, in their units, the first of them the recommended one; the
    expected gain of each and its tenth percentile, nats.
    """

    designs: Float[np.ndarray, "designs coordinates"]
    expected: Float[np.ndarray, " designs"]
    tenth: Float[np.ndarray, " designs"]

    @property
    def choices(self) -> list[int]:
        """The recommended design, the one that is expected to tell most, and the one of which even
        an unlucky outcome tells most.
        """
        return [0, int(np.argmax(self.expected)), int(np.argmax(self.tenth))]


def believed(belief: xr.Dataset) -> Believed:
    """Mean and deviation of every parameter of a stored belief of one replicate."""
    probability = np.exp(belief.log_probability)
    if "particles" in belief:
        values = belief.particles.values
        mean = probability.values @ values
        return Believed(mean, np.sqrt(probability.values @ (values - mean) ** 2))
    names = probability.dims
    means = [float((probability * belief[name]).sum()) for name in names]
    squares = [
        float((probability * (belief[name] - mean) ** 2).sum())
        for name, mean in zip(names, means, strict=True)
    ]
    return Believed(np.array(means), np.sqrt(squares))


def belief_part(parameters: Sequence[tuple[str, str]], believed: Believed) -> xr.Dataset:
    """How sure the belief is of each parameter; parameters: their names and units."""
    words = {"mean": "mean of the parameter", "deviation": "deviation of the parameter"}
    data = {
        name: variable(PARAMETER, getattr(believed, name), "1", text)
        for name, text in words.items()
    }
    return xr.Dataset(data, coords=_coordinate(PARAMETER, parameters))


def prospects_part(designs: Sequence[tuple[str, str]], prospects: Prospects) -> xr.Dataset:
    """What every design is worth that was looked at, and the choices; designs: their names and
    units.
    """
    choices, place = prospects.choices, ("design", "coordinate")
    data = {
        "place": variable(place, prospects.designs, "1", "designs that are looked at"),
        "expected_gain": variable("design", prospects.expected, "nat", "expected gain"),
        "tenth_percentile": variable(
            "design", prospects.tenth, "nat", "gain that a tenth of the outcomes stay below"
        ),
        "chosen": variable(
            ("choice", "coordinate"), prospects.designs[choices], "1", "designs to measure at"
        ),
        "chosen_gain": variable(
            "choice",
            prospects.expected[choices],
            "nat",
            "expected gain of the choice",
        ),
        "chosen_tenth": variable(
            "choice",
            prospects.tenth[choices],
            "nat",
            "tenth percentile of the choice",
        ),
    }
    words = {
        "units": "1",
        "long_name": "what the search found; of all that were looked at; for the least bad luck",
    }
    coords = _coordinate("coordinate", designs)
    return xr.Dataset(data, coords=coords | {"choice": ("choice", list(CHOICES), words)})


def _coordinate(dimension: str, pairs: Sequence[tuple[str, str]]) -> dict:
    """Names along a dimension, and the unit of each."""
    words = {"units": "1", "long_name": f"name of the {dimension}"}
    units = {"units": "1", "long_name": f"unit of the {dimension}"}
    return {
        dimension: (dimension, [name for name, _ in pairs], words),
        f"{dimension}_unit": (dimension, [unit for _, unit in pairs], units),
    }


def table(dataset: xr.Dataset, step: dict) -> tuple[list[str], list[list]]:
    """Columns and rows of next.csv: a row a choice; one row with the belief alone, choice `none`,
    where all stages are measured.
    """
    parameters = [str(name) for name in dataset[PARAMETER].values]
    units = [str(unit) for unit in dataset.parameter_unit.values]
    pairs = list(zip(parameters, units, strict=True))
    heads = [_headed(f"{name}_{what}", unit) for name, unit in pairs for what in SURE]
    sure = [float(dataset[what].sel(parameter=name)) for name in parameters for what in SURE]
    if "choice" not in dataset.dims:
        return ["choice", "stage", "kind", *heads], [["none", "", "", *sure]]
    designs = [
        _headed(str(name), unit)
        for name, unit in zip(
            dataset.coordinate.values, dataset.coordinate_unit.values, strict=True
        )
    ]
    gains = ["expected_gain [nat]", "tenth_percentile [nat]"]
    rows = []
    for choice in dataset.choice.values:
        own = dataset.sel(choice=choice)
        place = own.chosen.values.tolist()
        worth = [float(own.chosen_gain), float(own.chosen_tenth)]
        rows.append([str(choice), step["stage"], step["kind"], *place, *worth, *sure])
    return ["choice", "stage", "kind", *designs, *gains, *heads], rows


def _headed(name: str, unit: str) -> str:
    """A column's head: the name, and the unit unless it is a pure number."""
    return name if str(unit) == "1" else f"{name} [{unit}]"
