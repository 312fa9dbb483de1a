"""Estimates of utilities over designs and over numbers of samples, beside the values without
sampling. Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Real

from boed.figures import style
from boed.objectives import mean_variance

# how the two estimates are called
WORDS = {"nested": "as published", "self_normalised": "self-normalised weights"}
# ratios above are drawn at the edge, as triangles
HIGHEST = 2.5


def draw_runs(panel, values: xr.DataArray, exact: xr.DataArray | None) -> None:
    """Median and 10th to 90th percentile over the runs for every number of samples; the values
    without sampling, where there are some.
    """
    for order, samples in enumerate(values.samples.values):
        runs = values.sel(samples=samples).transpose("run", "design").values
        look = {"marker": "", "linewidth": 1, "label": f"{samples:,}"}
        style.median_band(panel, values.design, runs, "", 2 * order, **look)
    line = {"color": style.colour("published"), "linewidth": 1, "linestyle": "--"}
    if exact is not None:
        panel.plot(exact.design, exact, label="no sampling", **line)


def draw_objective(panel, estimates: xr.Dataset, utility: xr.Dataset) -> None:
    """U − λV of the most samples, mean over the runs, and without sampling where that can be."""
    runs = estimates.isel(samples=-1).sel(sampling="common").mean("run")
    line = {"color": style.colour("published"), "linewidth": 0.7, "linestyle": "--"}
    for order, aversion in enumerate(utility.aversion.values):
        tint = style.colour("", 2 * order)
        objective = mean_variance(runs.expected_utility_runs, runs.utility_variance_runs, aversion)
        panel.plot(utility.design, objective, color=tint, label=f"{aversion:g}")
        if "exact_objective" in utility:
            panel.plot(utility.design, utility.exact_objective.sel(aversion=aversion), **line)
        best = int(np.argmax(objective.values))
        panel.plot(utility.design[best], objective[best], "o", color=tint, markersize=5)
    title = f"{int(runs.samples):,} common samples, best marked"
    panel.set(ylabel="mean − λ·variance [nat]", title=title)
    panel.legend(title="λ [1/nat]", fontsize=7)


def draw_bias(panel, estimates: xr.Dataset, label: str, tint) -> None:
    """The size of the bias with three standard errors over the number of samples, and c/N."""
    samples = estimates.samples.values
    words = f"{label}: slope {float(estimates.bias_slope):.2f}"
    bias, error = np.abs(estimates.bias.values), 3 * estimates.bias_error.values
    panel.errorbar(samples, bias, error, color=tint, fmt="o", capsize=3, label=words)
    panel.plot(samples, np.abs(float(estimates.bias_coefficient)) / samples, color=tint)


def power_law(
    samples: Real[np.ndarray, " numbers"], first: float, slope: float
) -> Float[np.ndarray, " numbers"]:
    """The power of the number of samples that has this slope and begins at the first value."""
    return first * (samples / samples[0]) ** slope


def ratios(
    sizes: xr.Dataset, quantity: str, column: str
) -> tuple[Float[np.ndarray, " numbers"], Float[np.ndarray, " numbers"]]:
    """Measured over predicted, and the standard error of that, over the numbers of samples."""
    expected = sizes[f"predicted_{quantity}_{column}"].values
    measured, error = (sizes[f"{quantity}_{column}{end}"].values for end in ("", "_error"))
    return measured / expected, error / np.abs(expected)


def draw_ratios(
    panel, places: Float[np.ndarray, " numbers"], ratio: tuple, **look
) -> Bool[np.ndarray, " numbers"]:
    """Ratios with two standard errors; those above what is shown as triangles at the edge. Which
    ones are shown.
    """
    value, error = ratio
    inside = value < HIGHEST
    panel.errorbar(places[inside], value[inside], 2 * error[inside], ms=4, **look)
    edge = np.full((~inside).sum(), 0.97 * HIGHEST)
    panel.plot(places[~inside], edge, "^", color=look["color"], ms=5)
    return inside
