"""How figures look, and the few pieces that several of them share. Imports no JAX: a figure only
reads files.
"""

from collections.abc import Iterable

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float

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
# for names without a colour of their own, as in an ablation of many changes
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


def quantiles(values: Float[np.ndarray, "replicates *rest"]) -> Float[np.ndarray, "3 *rest"]:
    """10th percentile, median and 90th percentile over the replicates, the first axis."""
    return np.quantile(values, [0.1, 0.5, 0.9], axis=0)


def median_band(axes, x, values, name: str, order: int = 0, **line):
    """Median over replicates (first axis of `values`) as a line, 10th to 90th
    percentile as a band.
    """
    low, middle, high = quantiles(values)
    tint = colour(name, order)
    axes.fill_between(x, low, high, color=tint, alpha=0.18, linewidth=0)
    return axes.plot(x, middle, color=tint, **({"marker": "o", "markersize": 4} | line))


def median_and_reach(
    values: Float[np.ndarray, "replicates places"],
) -> tuple[Float[np.ndarray, " places"], Float[np.ndarray, "2 places"]]:
    """Median over replicates, and how far the 10th and the 90th percentile lie from it: what error
    bars take.
    """
    low, middle, high = quantiles(values)
    return middle, np.stack([middle - low, high - middle])


def published(panel, known: dict, tint="black", label: str | None = None) -> None:
    """Published numbers over their places, as hollow squares; nothing where none are known."""
    if known:
        panel.plot(*zip(*known.items(), strict=True), "s", mfc="none", color=tint, label=label)


def legend_above(figure, panels: Iterable, **options) -> None:
    """One legend above all panels, of what stands in the given ones, in their order and in one row
    unless options say otherwise.
    """
    entries = [panel.get_legend_handles_labels() for panel in panels]
    handles, labels = (
        [entry for part in parts for entry in part] for parts in zip(*entries, strict=True)
    )
    options = {"ncols": len(labels)} | options
    figure.legend(handles, labels, loc="outside upper center", **options)


def sequential(share: float):
    """The colour of a place along something that goes from 0 to 1."""
    return mpl.colormaps["viridis"](share)


def words(name: str) -> str:
    """A variable's or variant's name as it stands in a legend."""
    return name.replace("_", " ")


def new(rows: int, columns: int, width: float, height: float, **options):
    """A figure of rows × columns axes (always a two-dimensional array), size in inches."""
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)
