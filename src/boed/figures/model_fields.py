"""Fields of models beside the true one: on scales that they share, with the source and the sensors
that taught them. Imports no JAX.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr

from boed.figures import maps, style

# a few nodes by the source are much greater than all others
SEEN = 0.995
SEEN_OF_DIFFERENCES = 0.99
# a field has values below zero worth a scale if its least is below this part of the greatest
NEGATIVE = 0.01
# the inset begins at this part of the greatest distance
TAIL = 0.4
COLOURS = {"good": "after", "poor": "before", "baseline": "uncorrected"}


class Scale(NamedTuple):
    """The colours of a field and the values at their ends."""

    cmap: str
    vmin: float
    vmax: float


def field_scale(true: xr.DataArray) -> Scale:
    """The scale of a field and of what models it: from 0, or symmetric where it is negative too."""
    top = float(np.quantile(np.abs(true), SEEN))
    return Scale("viridis", -top if float(true.min()) < -NEGATIVE * top else 0.0, top)


def difference_scale(top: float) -> Scale:
    """The scale of differences, around zero."""
    return Scale("RdBu_r", -top, top)


def sensors(history: xr.Dataset, replicate: int) -> np.ndarray:
    """Places of the sensors whose data taught the model, (stages, sensors, 2)."""
    taught = history.teaching_design.isel(replicate=replicate).transpose("stage", "coordinate")
    return taught.values[:, None] + history.sensor_offset.values


def draw_field(panel, nodes: xr.Dataset, values: xr.DataArray, scale: Scale):
    """One field over the unit square."""
    return panel.pcolormesh(
        nodes.node_x, nodes.node_y, values.T, rasterized=True, **scale._asdict()
    )


def draw_stages(panels, history: xr.Dataset, values: xr.DataArray, scale: Scale, location):
    """One quantity at every stage, with the source and the sensors that the stage's model has
    learned from; what the last panel drew.
    """
    places = sensors(history, int(history.shown_replicate))
    across, up = maps.limits(places)
    look = {"mfc": "none", "mec": "black", "markersize": 3, "mew": 0.7, "linestyle": "none"}
    for stage, array, panel in zip(history.stage.values, places, panels, strict=True):
        drawn = draw_field(panel, history, values.sel(stage=stage), scale)
        panel.plot(*location, "+", color=style.colour("truth"), markersize=8, label="true source")
        panel.plot(*array.T, "s", label="sensors", **look)
        maps.map_axes(panel)
        panel.set(xlim=across, ylim=up, xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    return drawn


def draw_quantity(rows, history: xr.Dataset, name: str, label: str, location) -> None:
    """Three rows: true, modelled, and their difference, each pair of scales shared by
    all stages.
    """
    true = history[f"true_{name}"]
    modelled = history[f"modelled_{name}"].sel(calibration="after")
    scale = field_scale(true)
    shown = {
        "true": (true, scale),
        "modelled": (modelled, scale),
        "modelled − true": (modelled - true, difference_scale(scale.vmax)),
    }
    bar = {"shrink": 0.9, "aspect": 12, "extend": "both" if scale.vmin else "max"}
    for row, (words, (values, colours)) in zip(rows, shown.items(), strict=True):
        drawn = draw_stages(row, history, values, colours, location)
        row[0].set_ylabel(f"{words}\ny [length]")
        row[0].figure.colorbar(drawn, ax=row, label=label, **bar)


def draw_model(panel, comparison: xr.Dataset, values: xr.DataArray, scale: Scale, location):
    """One field over the unit square, with the source and the two designs."""
    drawn = draw_field(panel, comparison, values, scale)
    panel.plot(*location, "+", color=style.colour("truth"), markersize=9)
    shown = comparison.isel(replicate=int(comparison.shown_replicate))
    places = shown.candidate.values[shown.named.values]
    edge = "white" if scale.cmap == "viridis" else "black"
    for place, marker in zip(places, ("^", "o"), strict=True):
        panel.plot(*place, marker, mfc="none", mec=edge, markersize=6)
    maps.map_axes(panel)
    across, up = maps.limits(places)
    panel.set(xlim=across, ylim=up, xlabel="x [length]", ylabel="y [length]")
    return drawn


def tail_limits(comparison: xr.Dataset) -> tuple[np.ndarray, tuple[float, float]]:
    """Limits of the view of the sources' tails, (along the distance, along the source)."""
    tails = comparison.sel(radius=slice(TAIL * float(comparison.radius[-1]), None))
    reach = float(np.maximum(np.abs(tails.model_source).max(), np.abs(tails.true_source).max()))
    return tails.radius.values[[0, -1]], (-reach, reach)


def draw_sources(panel, comparison: xr.Dataset) -> None:
    """Source strength over the distance from its centre; inset: the tails, which the field of a
    large area rests on.
    """
    inset, radius = panel.inset_axes([0.42, 0.2, 0.56, 0.32]), comparison.radius
    for axes in (panel, inset):
        tint = style.colour("truth")
        axes.plot(radius, comparison.true_source, color=tint, linestyle=":", label="true")
        for name in map(str, comparison.learned_from.values):
            source = comparison.model_source.sel(learned_from=name)
            axes.plot(radius, source, color=style.colour(COLOURS[name]), label=name)
    across, up = tail_limits(comparison)
    inset.set(xlim=across, ylim=up)
    inset.tick_params(labelsize=7)
    panel.set(xlabel="distance from the source [length]", ylabel="S [concentration/time]")
    panel.set(xlim=(0, float(radius[-1])))
    panel.legend()
