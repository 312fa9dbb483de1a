"""Drawings of a belief about the source's position, as a whole and near where it lies.

No JAX here: figures are drawn without it.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.figures import maps, style

# a belief is drawn again, larger, where it is narrower than this part of the domain
NARROW = 0.06
# what a close view shows: so many deviations about the belief, but no less than this length
DEVIATIONS, LEAST = 4.0, 0.06
Limits = list[tuple[float, float]]


def draw(axes, belief: xr.Dataset, location) -> None:
    """Probability, the most probable position and the true source; belief: of one replicate."""
    probability = np.exp(belief.log_probability.values)
    shades = (probability / probability.max()).T
    axes.pcolormesh(belief.x, belief.y, shades, cmap="Greys", vmin=0, vmax=1, rasterized=True)
    axes.plot(*location, "+", color=style.colour("truth"), markersize=10, label="true source")
    axes.plot(*belief.most_probable.values, "x", color="#56B4E9", label="most probable")


def draw_design(axes, place: Float[np.ndarray, "2"], marker: str, role: str, label: str) -> None:
    """A design as a hollow marker in the colour of its role, whole on the edge of the map too."""
    tint = style.colour(role)
    axes.plot(*place, marker, mfc="none", color=tint, label=label, clip_on=False)


def finish(axes, belief: xr.Dataset, location, limits: Limits, title: str) -> None:
    """Limits and title of a belief's map, and the close view of a narrow belief."""
    maps.map_axes(axes, title)
    axes.set(xlim=limits[0], ylim=limits[1])
    close_view(axes, belief, location)


def moments(belief: xr.Dataset) -> tuple[Float[np.ndarray, "2"], float]:
    """(mean, widest deviation along an axis) of a belief, lengths."""
    probability = np.exp(belief.log_probability.values)
    axes = belief.x.values, belief.y.values
    shares = [probability.sum(axis=1), probability.sum(axis=0)]
    mean = np.array([share @ axis for share, axis in zip(shares, axes, strict=True)])
    variances = [
        share @ (axis - centre) ** 2 for share, axis, centre in zip(shares, axes, mean, strict=True)
    ]
    return mean, float(np.sqrt(max(variances)))


def window(belief: xr.Dataset, location) -> Limits:
    """Limits of a close view: about the belief's mean, wide enough to hold the true source, a
    square.
    """
    mean, deviation = moments(belief)
    distance = float(np.abs(mean - np.asarray(location)).max()) + LEAST / 2
    reach = max(DEVIATIONS * deviation, LEAST, distance)
    return [(float(middle - reach), float(middle + reach)) for middle in mean]


def close_view(panel, belief: xr.Dataset, location) -> None:
    """The belief once more in the corner that is farthest from it, if it is narrow."""
    mean, deviation = moments(belief)
    if deviation > NARROW:
        return
    ends = window(belief, location)
    shares = [
        (middle - low) / (high - low)
        for middle, (low, high) in zip(mean, (panel.get_xlim(), panel.get_ylim()), strict=True)
    ]
    corner = [0.03 if share > 0.5 else 0.5 for share in shares]
    inset = panel.inset_axes([*corner, 0.47, 0.47])
    draw(inset, belief, location)
    maps.map_axes(inset)
    inset.set(xlim=ends[0], ylim=ends[1], xticks=[], yticks=[])
    panel.indicate_inset_zoom(inset, edgecolor="0.3", linewidth=0.6, alpha=1.0)


def middle_replicate(errors: Float[np.ndarray, " replicates"]) -> int:
    """The replicate that stands for all: of median error, of two in the middle the greater one."""
    return int(np.argsort(errors, kind="stable")[len(errors) // 2])


def draw_strength(panel, belief: xr.Dataset, shown: int, true: float) -> None:
    """Probability of every strength on the grid, wherever the source is: of all replicates, thin,
    and of the one shown.
    """
    probability, tint = np.exp(belief.strength_log_probability), style.colour("joint")
    for replicate in belief.replicate.values:
        values = probability.sel(replicate=replicate)
        panel.plot(belief.strength, values, color=tint, linewidth=0.5, alpha=0.3)
    values = probability.isel(replicate=shown)
    panel.plot(belief.strength, values, color=tint, label="belief, joint")
    panel.axvline(true, color=style.colour("truth"), linestyle=":", label="true strength")


def draw_place(panel, belief: xr.Dataset, location) -> None:
    """Probability of every position, whatever the strength, and the stage's first design."""
    probability = np.exp(belief.position_log_probability)
    shades = (probability / probability.max()).T
    panel.pcolormesh(belief.x, belief.y, shades, cmap="Greys", rasterized=True)
    tint, look = style.colour("truth"), {"linestyle": "none"}
    panel.plot(*location, "+", color=tint, markersize=10, label="true source", **look)
    tint = style.colour("after")
    panel.plot(*belief.first_design.values, "o", mfc="none", color=tint, label="design", **look)
    maps.map_axes(panel)
    panel.set(xlim=(0, 1), ylim=(0, 1), xlabel="x [length]")
