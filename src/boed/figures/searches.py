"""Searches for designs: what was tried, how soon the best was found. Imports no JAX."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.figures import design_axes, maps, style

Objectives = Float[np.ndarray, "replicates evaluations"]


def best_so_far(objective: xr.DataArray) -> Objectives:
    """The greatest value up to each evaluation of every search."""
    tried = objective.transpose("replicate", "evaluation").values
    return np.maximum.accumulate(tried, axis=1)


def sensors_tried(search: xr.Dataset) -> Float[np.ndarray, "replicates evaluations sensors 2"]:
    """Places of the sensors of every evaluation."""
    designs = search.design.transpose("replicate", "evaluation", "coordinate").values
    return designs.reshape(*designs.shape[:2], -1, 2)


def best_designs(
    designs: Float[np.ndarray, "replicates evaluations sensors 2"], objectives: Objectives
) -> Float[np.ndarray, "replicates sensors 2"]:
    """The best design of every search."""
    return designs[np.arange(len(objectives)), objectives.argmax(axis=1)]


def when(needed, near: float, most: int) -> str:
    """After how many evaluations, in the median, a search comes near, of the most that it has."""
    middle = np.median(needed)
    count = f"{middle:g}" if middle <= most else f"more than {most}"
    return f"within {near:.0%} after {count} evaluations (median)"


def draw_places(panel, search: xr.Dataset, buildings) -> None:
    """The first search in the order of its evaluations, and where all searches end."""
    objectives = search.objective.transpose("replicate", "evaluation").values
    designs = sensors_tried(search)
    _, count, sensors, _ = designs.shape
    maps.draw_buildings(panel, buildings)
    numbers = np.repeat(np.arange(1, count + 1), sensors)
    shades = panel.scatter(*designs[0].reshape(-1, 2).T, c=numbers, s=18, cmap="viridis")
    for pair in designs[0] if sensors > 1 else ():
        panel.plot(*pair.T, "-", color="0.6", linewidth=0.5, zorder=0)
    look = {"color": style.colour("truth"), "markersize": 8, "linewidth": 0.7, "alpha": 0.7}
    for number, pair in enumerate(best_designs(designs, objectives)):
        label = "best of each search" if number == 0 else None
        panel.plot(*pair.T, "-*", label=label, **look)
    panel.figure.colorbar(shades, ax=panel, shrink=0.7, label="evaluation of the first search")
    maps.map_axes(panel)
    panel.set(xlabel="x [length]", ylabel="y [length]")


def draw_course(panel, search: xr.Dataset, reference: str, order: int) -> None:
    """The best value so far over the evaluations, the first search's values, and what the search is
    held against.
    """
    best, first = best_so_far(search.objective), search.objective.isel(replicate=0).values
    count = np.arange(1, best.shape[1] + 1)
    words = "best so far: median, 10th to 90th percentile"
    style.median_band(panel, count, best, "", 2 * order, marker="", label=words)
    panel.plot(count, first, ".", color="0.5", label="first search")
    line = {"color": style.colour("published"), "linewidth": 0.8, "linestyle": "--"}
    panel.axhline(float(search.reference_objective), label=reference, **line)
    lowest = min(np.quantile(search.objective.values, 0.1), best[:, 0].min())
    panel.set(xlabel="evaluation", ylim=(lowest, None))


def draw_designs(panel, tried: xr.Dataset, tint, label: str) -> None:
    """Where a search looked: over the evaluations for one coordinate, on the map for two, a line a
    design for more.
    """
    names = design_axes.coordinate_labels(tried)
    designs = tried.design.transpose("coordinate", "evaluation").values
    look = {"color": tint, "label": label}
    if len(names) == 1:
        panel.plot(tried.evaluation, designs[0], ".", **look)
        panel.set(xlabel="evaluation", ylabel=f"design {names[0]}")
    elif len(names) == 2:
        panel.plot(*designs, ".", **look)
        panel.set(xlabel=names[0], ylabel=names[1])
        maps.map_axes(panel)
        panel.set_aspect("auto")
    else:
        _draw_lines(panel, designs, names, look)


def _draw_lines(panel, designs, names: list[str], look: dict) -> None:
    """Every design as a line over its coordinates, each as a share of what was tried of it."""
    low, high = designs.min(axis=1, keepdims=True), designs.max(axis=1, keepdims=True)
    shares = (designs - low) / np.where(high > low, high - low, 1.0)
    lines = panel.plot(shares, linewidth=0.4, alpha=0.6, **look)
    plt.setp(lines[1:], label=None)
    panel.set_xticks(range(len(names)), names, rotation=45)
    panel.set(ylabel="share of what was tried")
