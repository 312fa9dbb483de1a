"""Utilities of sensors in a diffusion field: maps, one moment against the other, the posteriors of
outcomes. Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.colors import PowerNorm

from boed.figures import maps, style
from boed.figures.maps import Box, Domain
from boed.objectives import mean_variance

MOMENTS = ("expected_utility", "utility_variance")
AXES = {"xlabel": "expected utility [nat]", "ylabel": "variance of the utility [nat²]"}


def moments(utility: xr.Dataset, prefix: str = "") -> tuple[np.ndarray, np.ndarray]:
    """(mean, variance) of the utility over the sensors, exact or of another way by its prefix."""
    mean, variance = (utility[prefix + name].values for name in MOMENTS)
    return mean, variance


def objectives(
    mean: Float[np.ndarray, "*sensors"], variance: Float[np.ndarray, "*sensors"], aversions: list
) -> dict[str, Float[np.ndarray, "*sensors"]]:
    """{title: map} of the mean, the variance and the mean less each multiple of the variance."""
    shown = {"expected utility [nat]": mean, "variance of the utility [nat²]": variance}
    return shown | {
        f"mean − {a:g}·variance [nat]": mean_variance(mean, variance, a) for a in aversions
    }


def draw_cloud(panel, mean, variance, **look) -> None:
    """Every sensor by mean and variance of its utility."""
    panel.plot(mean, variance, ".", color=style.colour("initial"), **look)


def draw_best(panel, places: list[tuple[float, float]], aversions, **look) -> None:
    """The best sensors by mean and variance, one for each weight of the variance."""
    label = look.pop("label", "best for λ = {:g}")
    for order, (place, aversion) in enumerate(zip(places, aversions, strict=True)):
        tint = style.colour("", 2 * order)
        panel.plot(*place, "o", color=tint, label=label.format(aversion), **look)


def stored_best(utility: xr.Dataset) -> list[tuple[float, float]]:
    """(mean, variance) of the best sensors by every aversion, where a file states them."""
    best = (utility.best_expected_utility.values, utility.best_utility_variance.values)
    return [(float(mean), float(variance)) for mean, variance in zip(*best, strict=True)]


def best_on_map(utility: xr.Dataset, prefix: str) -> list[tuple[float, float]]:
    """The same of the places that a map states as best."""
    places = []
    for aversion in utility.aversion.values:
        best = utility.sel(aversion=aversion)
        place = {axis: float(best[f"{prefix}best_{axis}"]) for axis in ("x", "y")}
        mean, variance = (float(utility[prefix + name].sel(place)) for name in MOMENTS)
        places.append((mean, variance))
    return places


def draw_scatter(panel, utility: xr.Dataset, prefix: str, domain: Domain) -> None:
    """Every sensor by mean and variance, the best for each weight of the variance."""
    mean, variance = moments(utility, prefix)
    look = {"markersize": 2, "rasterized": True}
    draw_cloud(panel, mean[domain.free], variance[domain.free], **look)
    draw_best(panel, best_on_map(utility, prefix), utility.aversion.values)
    panel.set(title="every sensor", **AXES)
    panel.legend(fontsize=7)


def share_limits(panels) -> None:
    """All panels with the limits that hold what each of them shows."""
    for name in ("xlim", "ylim"):
        ends = np.array([getattr(panel, f"get_{name}")() for panel in panels])
        for panel in panels:
            panel.set(**{name: (ends[:, 0].min(), ends[:, 1].max())})


def draw_posterior(
    panel, outcome: xr.Dataset, sensors: Float[np.ndarray, "sensors 2"], buildings: list[Box], top
):
    """One posterior, the source that gave the datum, the sensors; top: the probability at the end
    of the colours.
    """
    values, scale = outcome.worst_posterior.values.T, PowerNorm(0.5, vmin=0, vmax=top)
    look = {"origin": "lower", "extent": (0, 1, 0, 1), "cmap": "magma_r"}
    drawn = panel.imshow(values, norm=scale, **look)
    maps.draw_buildings(panel, buildings)
    look = {"color": "tab:cyan", "markersize": 10, "markeredgewidth": 2}
    panel.plot(*outcome.worst_place.values, "+", label="source", **look)
    panel.plot(*sensors.T, "^", color="tab:green", markersize=7, label="sensor")
    maps.map_axes(panel, f"{float(outcome.worst_gain):.2f} nat")
    panel.set(xticks=[0, 1], yticks=[0, 1])
    return drawn


def draw_gains(panel, outcomes: xr.Dataset, bins, tint) -> None:
    """The distribution of the gains of simulated outcomes, and their mean."""
    gains, mean = outcomes.information_gain, float(outcomes.mean_gain)
    panel.hist(gains, bins=bins, density=True, color=tint, alpha=0.7)
    panel.axvline(mean, color="black", linewidth=0.9)
    spread = float(outcomes.gain_deviation)
    title = f"best for λ = {float(outcomes.aversion):g}: {mean:.2f} ± {spread:.2f} nat"
    panel.set(xlabel="information gain [nat]", ylabel="probability density [1/nat]", title=title)
