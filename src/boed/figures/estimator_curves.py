"""Estimates of utilities over designs and over numbers of samples, beside the values without
sampling where there are some. Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Real

from boed.figures import design_axes, style
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


def draw_errors(panel, utility: xr.Dataset, quantity: str) -> None:
    """A standard error to both sides of the estimates of most samples: the only sign of chance
    where all of them rest on the same runs of a black box.
    """
    values, error = utility[quantity], utility[f"{quantity}_error"]
    look = {"color": style.colour("", 2 * (utility.sizes["samples"] - 1)), "alpha": 0.2}
    panel.fill_between(utility.design, values - error, values + error, linewidth=0, **look)


def rests_on(utility: xr.Dataset) -> str:
    """What a panel's estimates are made of."""
    if "runs" not in utility:
        return "common samples"
    ended, failed = int(utility.runs.sum()), int(utility.failed_runs.sum())
    return f"common samples, {ended:,} runs" + (f", {failed:,} failed" if failed else "")


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


def figure(utility: xr.Dataset):
    """Expected utility and its variance over designs: curves over one coordinate, maps over two,
    points over more.
    """
    return {1: curves, 2: maps}.get(design_axes.coordinates(utility), points)(utility)


def curves(utility: xr.Dataset):
    """Every estimate over the designs of one coordinate (mean_variance Figs 3 to 6)."""
    ways = utility.sampling.values
    columns = 2 + len(ways)
    drawn, axes = style.new(2, columns, 3.75 * columns, 7.0, sharex=True)
    for row, (estimator, words) in zip(axes, WORDS.items(), strict=True):
        estimates = utility.sel(estimator=estimator)
        mean = estimates.expected_utility_runs.sel(sampling="common")
        draw_runs(row[0], mean, utility.get("exact_expected_utility"))
        row[0].set(ylabel=f"{words}\nexpected utility [nat]", title=rests_on(utility))
        for panel, sampling in zip(row[1:-1], ways, strict=True):
            variance = estimates.utility_variance_runs.sel(sampling=sampling)
            draw_runs(panel, variance, utility.get("exact_utility_variance"))
            panel.set(ylabel="variance of the utility [nat²]", title=f"{sampling} samples")
            panel.sharey(row[1])
        draw_objective(row[-1], estimates, utility)
    if "runs" in utility:
        draw_errors(axes[-1, 0], utility, "expected_utility")
        draw_errors(axes[-1, 1], utility, "utility_variance")
    for panel in axes[-1]:
        panel.set_xlabel(design_axes.label(utility.design, "design"))
    design_axes.shade_forbidden(axes.flat, utility)
    axes[0, 0].legend(title="samples", fontsize=7)
    return drawn


def quantities(utility: xr.Dataset) -> list[tuple[str, xr.DataArray, xr.DataArray | None]]:
    """Title, values and best design of expected utility, its variance, and the objective of every
    aversion.
    """
    best = utility.best_design.sel(aversion=0.0) if 0.0 in utility.aversion else None
    averse = [float(aversion) for aversion in utility.aversion if aversion != 0]
    return [
        ("expected utility [nat]", utility.expected_utility, best),
        ("variance of the utility [nat²]", utility.utility_variance, None),
        *(
            (
                f"mean − {aversion:g}·variance [nat]",
                utility.objective.sel(aversion=aversion),
                utility.best_design.sel(aversion=aversion),
            )
            for aversion in averse
        ),
    ]


def maps(utility: xr.Dataset):
    """Both moments and every objective over designs with two coordinates, their best marked."""
    shown = quantities(utility)
    drawn, (panels,) = style.new(1, len(shown), 4.2 * len(shown), 3.8)
    for panel, (title, values, best) in zip(panels, shown, strict=True):
        design_axes.draw_map(panel, utility, values)
        if best is not None:
            panel.plot(*best.values, color=style.colour("truth"), **design_axes.STAR)
            title = f"{title}\nbest: {design_axes.words(best)}"
        panel.set(title=title)
    return drawn


def points(utility: xr.Dataset):
    """The same over every coordinate of designs with more than two."""
    shown = [part for part in quantities(utility) if part[2] is not None]
    size = len(shown), design_axes.coordinates(utility)
    drawn, axes = style.new(*size, 3.0 * size[1], 2.8 * size[0], sharey="row")
    for row, (title, values, best) in zip(axes, shown, strict=True):
        design_axes.draw_points(row, utility, values, best)
        row[0].set(ylabel=title)
        row[0].set_title(f"best: {design_axes.words(best)}", loc="left")
    return drawn
