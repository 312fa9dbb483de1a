"""Information gains of discrepancy designs: over the move window, along the search, against the
true gain. Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.patheffects import withStroke

from boed.figures import maps, style

# each schedule in the colour of the recipe that uses it
RECIPES = {"tempered": "robust", "repeated": "printed", "released": "released"}
OUTLINE = [withStroke(linewidth=3, foreground="black")]
TRUE = {"color": "black", "markersize": 3.5}
# the part of the gain that the covariances make, hollow and dashed
PART = {"mfc": "none", "markersize": 4.5, "linewidth": 0.8}


def colour(schedule: str):
    """The colour of a schedule."""
    return style.colour(RECIPES[schedule])


def square(values: Float[np.ndarray, " designs *rest"]) -> Float[np.ndarray, "x y *rest"]:
    """Values of the designs of a square grid, x slower, by their place on it."""
    points = round(np.sqrt(len(values)))
    return values.reshape(points, points, *values.shape[1:])


def draw_map(panel, window: xr.Dataset, values: Float[np.ndarray, " designs"], title: str) -> None:
    """A gain over one replicate's window, on a scale of its own: what counts is which design has
    more.
    """
    x, y = square(window.position.values).transpose(2, 0, 1)
    drawn = panel.pcolormesh(x, y, square(values), shading="nearest", rasterized=True)
    path = window.path_position.values
    # white on black: seen on every colour of the map, and in the legend
    panel.plot(*path.T, color="white", linewidth=1.5, path_effects=OUTLINE, label="search")
    panel.plot(*window.start.values, "o", mfc="white", mec="black", label="physical design")
    panel.plot(*path[-1], "^", mfc="white", mec="black", label="discrepancy design")
    maps.map_axes(panel, title)
    bar = {"location": "bottom", "shrink": 0.85, "pad": 0.02, "label": "information gain [nat]"}
    panel.figure.colorbar(drawn, ax=panel, **bar)


def draw_maps(panels, window: xr.Dataset) -> None:
    """The true gain over the window, and what each schedule makes of it."""
    samples = window.effective_samples.values.min()
    title = f"true gain\n(at least {samples:.0f} effective samples)"
    draw_map(panels[0], window, window.reference_gain.values, title)
    for panel, schedule in zip(panels[1:], RECIPES, strict=True):
        gain = window.sel(schedule=schedule)
        title = f"{schedule}\nrank correlation with truth {gain.rank_correlation:.2f}"
        draw_map(panel, window, gain.information_gain.values, title)
    for panel in panels:
        panel.set_xlabel("x [length]")


def draw_scatter(panel, window: xr.Dataset) -> None:
    """Every design of the window: what each schedule says against the truth, the covariance part
    hollow.
    """
    true = window.reference_gain.values
    for schedule in RECIPES:
        gain, tint = window.sel(schedule=schedule), colour(schedule)
        look = {"mfc": "none", "mec": tint, "markersize": 4, "mew": 0.7, "alpha": 0.8}
        panel.plot(true, gain.covariance_part, "o", **look)
        panel.plot(true, gain.information_gain, "o", color=tint, markersize=2.8)
    end = [0, 1.05 * true.max()]
    panel.plot(end, end, color="black", linewidth=1)
    panel.annotate("1 : 1", (0.3 * end[1], 0.3 * end[1]), (4, -9), textcoords="offset points")
    panel.set(xlabel="true information gain [nat]", ylabel="gain of the schedule [nat]")
    panel.set(xlim=end, ylim=(0, None))


def draw_along_path(panel, window: xr.Dataset) -> None:
    """The same along the search's path."""
    updates = window.updates.values
    for schedule in RECIPES:
        gain, tint = window.sel(schedule=schedule), colour(schedule)
        panel.plot(updates, gain.path_information_gain, "o-", color=tint, markersize=3.5)
        panel.plot(updates, gain.path_covariance_part, "o--", color=tint, **PART)
    panel.plot(updates, window.path_reference_gain, "s-", **TRUE)
    panel.set(xlabel="design update", ylabel="information gain [nat]")
    panel.set(ylim=(0, None), xticks=updates)


def draw_keys(panel) -> None:
    """Empty lines that say in a legend what each colour and marker stands for."""
    for schedule in RECIPES:
        panel.plot([], [], "o-", color=colour(schedule), markersize=3.5, label=schedule)
    panel.plot([], [], "s-", label="true gain, importance sampling", **TRUE)
    panel.plot([], [], "o--", color="gray", label="covariance part alone", **PART)


def draw_paths(panel, search: xr.Dataset, profile: xr.Dataset, location) -> None:
    """Each replicate's design path, from light to dark, with the three designs that are
    looked at.
    """
    paths = search.path.values
    shade = np.linspace(0.85, 0.1, paths.shape[1])
    for path in paths:
        panel.scatter(*path.T, c=shade, cmap="gray", vmin=0, vmax=1, s=7)
    look = {"markersize": 5, "mfc": "none", "mew": 1.5}
    for name in profile.design.values:
        places = profile.position.sel(design=name).values
        panel.plot(*places.T, "D", color=style.colour(name), label=name, **look)
    panel.plot(*location, "+", color=style.colour("truth"), markersize=11, label="true source")
    maps.map_axes(panel, "design path of every replicate")
    across, up = maps.limits(np.concatenate([paths, search.design.values[:, None]], axis=1))
    panel.set(xlabel="x [length]", ylabel="y [length]", xlim=across, ylim=up)
    panel.legend(fontsize=7)
