"""How figures look, and the few pieces that several of them share. Imports no JAX: a figure only
reads files.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle

COLOURS = {
    "robust": "#0072B2",
    "released": "#D55E00",
    "printed": "#CC79A7",
    "predicted": "#009E73",
    "uncorrected": "#7F7F7F",
    "predicted_uncorrected": "#B8A04A",
    "joint": "#7B3FA0",
    "published": "#000000",
    "initial": "#999999",
    "intermediate": "#56B4E9",
    "final": "#0072B2",
    "before": "#D55E00",
    "after": "#0072B2",
    "truth": "#D62728",
}
# names that recur in one figure without a colour of their own, as in an ablation of many changes
# beyond a marker outside the unit square, length
ROOM = 0.04
FALLBACK = mpl.colormaps["tab20"].colors


def use() -> None:
    """Set the style of every figure."""
    mpl.rcParams.update(
        {
            "figure.dpi": 100,
            "savefig.dpi": 160,
            "figure.constrained_layout.use": True,
            "font.size": 9,
            "axes.titlesize": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "legend.fontsize": 8,
            "image.cmap": "viridis",
            "pdf.fonttype": 42,
        }
    )


def colour(name: str, order: int = 0):
    """The colour of a variant or role; names without one of their own take a fallback by their
    order.
    """
    return COLOURS.get(name, FALLBACK[order % len(FALLBACK)])


def median_band(axes, x, values, name: str, order: int = 0, **line):
    """Median over replicates (first axis of `values`) as a line, 10th to 90th
    percentile as a band.
    """
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=0)
    tint = colour(name, order)
    axes.fill_between(x, low, high, color=tint, alpha=0.18, linewidth=0)
    return axes.plot(x, middle, color=tint, **({"marker": "o", "markersize": 4} | line))


def map_axes(axes, title: str = "") -> None:
    """A map: equal aspect, no grid lines, the unit square's coordinates in units of length."""
    axes.set(aspect="equal", title=title)
    axes.grid(visible=False)
    axes.spines[["top", "right"]].set_visible(True)
    # a marker on the domain's edge is drawn whole; the map itself stays inside its axes
    scattered = [marks for marks in axes.collections if isinstance(marks, PathCollection)]
    for marks in (*axes.lines, *scattered):
        marks.set_clip_on(False)


def limits(points: np.ndarray) -> list[tuple[float, float]]:
    """Limits along x and along y that hold the unit square and all points, with some
    room, lengths.
    """
    points = np.concatenate([np.reshape(points, (-1, 2)), [[0.0, 0.0], [1.0, 1.0]]])
    low, high = points.min(axis=0), points.max(axis=0)
    return [
        (float(a - ROOM * (a < 0)), float(b + ROOM * (b > 1)))
        for a, b in zip(low, high, strict=True)
    ]


def domain(panel, buildings) -> None:
    """The unit square with its buildings in grey."""
    for left, right, bottom, top in buildings:
        panel.add_patch(
            Rectangle((left, bottom), right - left, top - bottom, facecolor="0.6", edgecolor="0.2")
        )
    panel.set(xlim=(0, 1), ylim=(0, 1))


def domain_map(
    figure,
    panel,
    grid,
    values,
    free,
    buildings,
    title: str,
    levels=20,
    cmap: str = "viridis",
    digits: int = 2,
):
    """One quantity over x and y of a dataset, where it is free; its own colour bar if a figure is
    given.
    """
    drawn = panel.contourf(
        grid.x, grid.y, np.ma.array(values, mask=~free).T, levels, cmap=cmap, extend="both"
    )
    domain(panel, buildings)
    map_axes(panel, title)
    if figure is not None:
        figure.colorbar(drawn, ax=panel, shrink=0.8, format=f"%.{digits}f")
    return drawn


def symmetric(values) -> np.ndarray:
    """Levels of a map around zero that hold all values."""
    return np.linspace(-1, 1, 21) * max(float(np.abs(values).max()), 1e-12)


def sequential(share: float):
    """The colour of a place along something that goes from 0 to 1."""
    return mpl.colormaps["viridis"](share)


def words(name: str) -> str:
    """A variable's or variant's name as it stands in a legend."""
    return name.replace("_", " ")


def new(rows: int, columns: int, width: float, height: float, **options):
    """A figure of rows × columns axes (always a two-dimensional array), size in inches."""
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)
