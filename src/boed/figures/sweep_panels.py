"""Panels of a sweep: its cases by the first axis and the others combined. Imports no JAX."""

import itertools

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.ticker import LogLocator, NullFormatter

from boed.figures import style

# a region of this probability holds the source where the source's credible level is below
REGION = 0.9
# on fewer decades their ends alone do not tell the numbers
FEW = 100


def axes_of(sweep: xr.Dataset) -> tuple[str, list[str]]:
    """(first axis, the others) of a sweep."""
    first, *others = [dim for dim in sweep.location_error.dims if dim not in ("stage", "replicate")]
    return first, others


def combinations(sweep: xr.Dataset) -> list[dict]:
    """Every combination of the values of all axes but the first, the last axis fastest."""
    _, others = axes_of(sweep)
    values = itertools.product(*(sweep[axis].values for axis in others))
    return [dict(zip(others, combination, strict=True)) for combination in values]


def words(combination: dict) -> list[str]:
    """A combination's axes with their values."""
    return [f"{axis} {value}" for axis, value in combination.items()]


def coverage(levels: xr.DataArray) -> xr.DataArray:
    """Share of replicates whose 90 % credible region holds the source."""
    return (levels < REGION).mean("replicate")


def at_the_end(part: xr.Dataset, name: str) -> Float[np.ndarray, "replicates values"]:
    """A quantity of the last stage for every value of the first axis; gains of discrepancy data: of
    every stage but the first, all of which have some.
    """
    first, _ = axes_of(part)
    if name != "discrepancy_gain":
        return part[name].isel(stage=-1).transpose("replicate", first).values
    gains = part[name].transpose(first, "stage", "replicate").values[:, 1:]
    return gains.reshape(len(gains), -1).T


def draw_ends(panel, part: xr.Dataset, name: str, heights, tint) -> None:
    """Median and 10th to 90th percentile over the replicates of the last stage, for every value of
    the first axis at its height.
    """
    if name == "credible_level":
        panel.plot(coverage(part[name].isel(stage=-1)), heights, "o", markersize=4, color=tint)
        return
    middle, reach = style.median_and_reach(at_the_end(part, name))
    panel.errorbar(middle, heights, xerr=reach, fmt="o", markersize=4, linewidth=1, color=tint)


def number_logarithmically(panel) -> None:
    """A logarithmic axis x whose numbers can be told also where it has few decades."""
    panel.set_xscale("log")
    low, high = panel.get_xlim()
    if high < FEW * low:
        panel.xaxis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
        panel.xaxis.set_minor_formatter("{x:g}")
        panel.tick_params(axis="x", which="minor", labelsize=6)
    else:
        panel.xaxis.set_minor_formatter(NullFormatter())


def draw_stages(panel, part: xr.Dataset, name: str) -> None:
    """One quantity by stage, one line a value of the first axis: median and 10th to 90th
    percentile, or how often the 90 % region holds the source.
    """
    first, _ = axes_of(part)
    stages = part.stage.values
    for order, value in enumerate(map(str, part[first].values)):
        quantity = part[name].sel({first: value})
        if name == "credible_level":
            tint = style.colour(value, order)
            panel.plot(stages, coverage(quantity), "o-", markersize=4, color=tint)
        else:
            values, label = quantity.transpose("replicate", "stage").values, style.words(value)
            style.median_band(panel, stages, values, value, order, label=label)
    if name == "credible_level":
        panel.axhline(REGION, color="black", linewidth=0.8, linestyle=":")
        panel.set(ylim=(-0.05, 1.05))
    else:
        panel.set(yscale="log")
    panel.set(xticks=stages)
