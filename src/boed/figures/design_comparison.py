"""Designs of one stage compared: what they inform, what a model learns from them, where they lie.

Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.figures import maps, style

ROLES = {"good": "after", "poor": "before"}


def draw_histories(panel, comparison: xr.Dataset) -> None:
    """The indicator after each EKI iteration."""
    steps = np.arange(1, comparison.sizes["iteration"] + 1)
    for role, name in ROLES.items():
        values = comparison.gain_history.sel(role=role).transpose("replicate", "iteration").values
        style.median_band(panel, steps, values, name, label=f"{role} design")
    panel.set(xlabel="EKI iteration", ylabel="information gain [nat]")
    panel.legend()


def draw_ensembles(panel, comparison: xr.Dataset) -> None:
    """Mean and deviation of the learned parameter over the EKI iterations, of the first
    replicate.
    """
    steps = np.arange(comparison.sizes["step"])
    for role, name in ROLES.items():
        ensemble, tint = comparison.sel(role=role).isel(replicate=0, weight=0), style.colour(name)
        mean, deviation = ensemble.ensemble_mean.values, np.sqrt(ensemble.ensemble_variance.values)
        band = mean - deviation, mean + deviation
        panel.fill_between(steps, *band, color=tint, alpha=0.2, linewidth=0)
        panel.plot(steps, mean, color=tint, label=f"{role} design")
    panel.set(xlabel="EKI iteration", ylabel="source strength [concentration·length²/time]")
    panel.set_title("mean ± deviation of the ensemble", fontsize=8)


def errors_of(comparison: xr.Dataset, role: str) -> Float[np.ndarray, " replicate"]:
    """Relative error of the field, in every replicate, after learning from the design of a role."""
    rows = np.arange(comparison.sizes["replicate"])
    return comparison.relative_error.values[rows, comparison.named.sel(role=role).values]


def draw_errors(panel, comparison: xr.Dataset) -> None:
    """Relative errors of the field after learning from the named designs, every replicate."""
    good, poor = (errors_of(comparison, role) for role in ROLES)
    panel.plot(poor, good, "o", color=style.colour("after"), markersize=4)
    ends = [min(good.min(), poor.min()), max(good.max(), poor.max())]
    panel.plot(ends, ends, color="0.5", linewidth=0.8)
    panel.set(xlabel="poor design", ylabel="good design")
    panel.set_title("relative error of the field after learning [1]", fontsize=8)


def ranking(comparison: xr.Dataset, form: str, learns: str) -> str:
    """How often a form of the indicator ranks a pair of designs right, in words.

    At its true place a strength is learned from any design: there is nothing to rank, and nothing
    is said of it.
    """
    rates = comparison.ranking_rate.sel(form=form, held=["estimate", "truth"]).values
    estimate, truth = (100 * rates).round()
    words = f"{form}: ranks {estimate:.0f} % of pairs right"
    return words + (f", {truth:.0f} % at the true source" if learns == "network" else "")


def draw_ranking(panel, comparison: xr.Dataset, learns: str) -> None:
    """Gain of every design against the error it leaves, and how often a pair is ranked right."""
    error = comparison.relative_error.values.ravel()
    for order, form in enumerate(("tempered", "released")):
        gain, tint = comparison.gain.sel(form=form).values.ravel(), style.colour(form, order)
        label = ranking(comparison, form, learns)
        panel.plot(gain, error, ".", markersize=3, color=tint, label=label, alpha=0.6)
    panel.set(xlabel="indicator [nat]", ylabel="relative error after learning [1]", yscale="log")
    panel.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def draw_map(panel, comparison: xr.Dataset, location) -> None:
    """Where the designs of the first replicate lie, by the indicator."""
    first = comparison.isel(replicate=0)
    places, gains = first.candidate.values, first.gain.sel(form="tempered").values
    drawn = panel.scatter(*places.T, c=gains, s=14)
    panel.figure.colorbar(drawn, ax=panel, label="tempered indicator [nat]", shrink=0.8)
    panel.plot(*places[0], "s", mfc="none", color="black", label="stage's design")
    for role, name in ROLES.items():
        named = places[int(first.named.sel(role=role))]
        panel.plot(*named, "o", ms=9, mfc="none", color=style.colour(name), label=role)
    panel.plot(*location, "+", color=style.colour("truth"), markersize=10, label="true source")
    panel.legend(fontsize=7)
    maps.map_axes(panel, "designs of replicate 1")
    panel.set(xlabel="x [length]", ylabel="y [length]")
