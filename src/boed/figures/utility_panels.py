"""Expected utility and its variance over designs: curves over one coordinate, maps over two, points
over more. Imports no JAX.
"""

import xarray as xr

from boed.figures import design_axes, estimator_curves, style
from boed.figures.estimator_curves import WORDS


def figure(utility: xr.Dataset):
    """The figure that goes with the number of coordinates."""
    return {1: curves, 2: maps}.get(design_axes.coordinates(utility), points)(utility)


def curves(utility: xr.Dataset):
    """Every estimate over the designs of one coordinate (mean_variance Figs 3 to 6)."""
    drawn, axes = style.new(2, 4, 15.0, 7.0, sharex=True)
    for row, (estimator, words) in zip(axes, WORDS.items(), strict=True):
        estimates = utility.sel(estimator=estimator)
        mean = estimates.expected_utility_runs.sel(sampling="common")
        estimator_curves.draw_runs(row[0], mean, utility.get("exact_expected_utility"))
        row[0].set(ylabel=f"{words}\nexpected utility [nat]", title="common samples")
        for panel, sampling in zip(row[1:3], ("common", "independent"), strict=True):
            variance = estimates.utility_variance_runs.sel(sampling=sampling)
            estimator_curves.draw_runs(panel, variance, utility.get("exact_utility_variance"))
            panel.set(ylabel="variance of the utility [nat²]", title=f"{sampling} samples")
            panel.sharey(row[1])
        estimator_curves.draw_objective(row[3], estimates, utility)
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
