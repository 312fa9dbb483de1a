"""Axes over designs: names and units, where they are forbidden; designs with several coordinates of
a risk study on a map or in a row. Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from boed.figures import style

STAR = {"marker": "*", "linestyle": "", "markersize": 10}


def label(array: xr.DataArray, role: str = "") -> str:
    """What an axis shows: its role, name and unit, the latter unless it is a pure number."""
    name = f"{role} {array.attrs['long_name']}".strip()
    unit = array.attrs["units"]
    return name if unit == "1" else f"{name} [{unit}]"


def coordinate_labels(dataset: xr.Dataset) -> list[str]:
    """Names and units of the coordinates of designs that have several."""
    pairs = zip(dataset.coordinate.values, dataset.coordinate_unit.values, strict=True)
    return [f"{name}" if unit == "1" else f"{name} [{unit}]" for name, unit in pairs]


def coordinates(dataset: xr.Dataset) -> int:
    """How many coordinates the designs of a file have."""
    return dataset.sizes["coordinate"] if "place" in dataset else 1


def words(best: xr.DataArray) -> str:
    """A chosen design, in a few digits of each coordinate."""
    if best.ndim == 0:
        return f"{float(best):.4g}"
    pairs = zip(best.coordinate.values, best.values, strict=True)
    return ", ".join(f"{name} = {value:.4g}" for name, value in pairs)


def number_of(dataset: xr.Dataset, best: xr.DataArray) -> int:
    """The place of a chosen design among those that are looked at."""
    places = dataset.place.values if "place" in dataset else dataset.design.values[:, None]
    return int(np.argmin(np.abs(places - np.atleast_1d(best.values)).sum(axis=1)))


def row(dataset: xr.Dataset, values: xr.DataArray) -> Int[np.ndarray, " design"]:
    """The order in which designs stand along an axis: their own of one coordinate, else that of
    rising values.
    """
    if coordinates(dataset) == 1:
        return np.arange(dataset.sizes["design"])
    return np.argsort(values.values, kind="stable")


def along(dataset: xr.Dataset) -> tuple[Float[np.ndarray, " design"], str]:
    """Where designs stand along an axis, and what that shows."""
    if coordinates(dataset) == 1:
        return dataset.design.values.astype(float), label(dataset.design, "design")
    return np.arange(
        dataset.sizes["design"], dtype=float
    ), "design, in the order of the first curve"


def shade_forbidden(panels, dataset: xr.Dataset) -> None:
    """Grey where a design with one coordinate is not allowed."""
    for interval in dataset["forbidden"].values if "forbidden" in dataset else ():
        for panel in panels:
            panel.axvspan(*interval, color="0.85", linewidth=0, zorder=0)


def on_map(
    dataset: xr.Dataset, values: xr.DataArray
) -> tuple[Float[np.ndarray, " first"], Float[np.ndarray, " second"], np.ma.MaskedArray]:
    """Values over designs with two coordinates, (second, first), masked where there are none."""
    places = dataset.place.transpose("design", "coordinate").values
    (first, across), (second, up) = (np.unique(side, return_inverse=True) for side in places.T)
    filled = np.ma.masked_all((len(second), len(first)))
    filled[up, across] = values.values
    return first, second, filled


def draw_map(panel, dataset: xr.Dataset, values: xr.DataArray) -> None:
    """Filled contours over designs with two coordinates, with a colour bar."""
    drawn = panel.contourf(*on_map(dataset, values), 20)
    xlabel, ylabel = coordinate_labels(dataset)
    panel.set(xlabel=xlabel, ylabel=ylabel)
    panel.grid(visible=False)
    panel.figure.colorbar(drawn, ax=panel, shrink=0.85, format="%.2f")


def draw_points(panels, dataset: xr.Dataset, values: xr.DataArray, best: xr.DataArray) -> None:
    """Values over every coordinate of designs with several, a panel each; the best marked."""
    places = dataset.place.transpose("design", "coordinate").values
    chosen = number_of(dataset, best)
    names = coordinate_labels(dataset)
    for panel, name, coordinate in zip(panels, names, places.T, strict=True):
        panel.plot(coordinate, values, ".", color=style.colour("", 0), markersize=3)
        panel.plot(coordinate[chosen], values[chosen], color=style.colour("truth"), **STAR)
        panel.set(xlabel=name)
