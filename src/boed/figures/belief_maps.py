"""Drawings of a belief about the source's position, as a whole and near where it lies.

No JAX here: figures are drawn without it.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.figures import style

# a belief is drawn again, larger, where it is narrower than this part of the domain
NARROW = 0.06
# what a close view shows: so many deviations about the belief, but no less than this length
DEVIATIONS, LEAST = 4.0, 0.06


def draw(axes, belief: xr.Dataset, location) -> None:
    """Probability, the most probable position and the true source; belief: of one replicate."""
    probability = np.exp(belief.log_probability.values)
    shades = (probability / probability.max()).T
    axes.pcolormesh(belief.x, belief.y, shades, cmap="Greys", vmin=0, vmax=1, rasterized=True)
    axes.plot(*location, "+", color=style.colour("truth"), markersize=10, label="true source")
    axes.plot(*belief.most_probable.values, "x", color="#56B4E9", label="most probable")


def moments(belief: xr.Dataset) -> tuple[Float[np.ndarray, "2"], float]:
    """(mean, widest deviation along an axis) of a belief, lengths."""
    probability = np.exp(belief.log_probability.values)
    axes = belief.x.values, belief.y.values
    shares = [probability.sum(axis=1), probability.sum(axis=0)]
    mean = np.array([own @ axis for own, axis in zip(shares, axes, strict=True)])
    each = [own @ (axis - m) ** 2 for own, axis, m in zip(shares, axes, mean, strict=True)]
    return mean, float(np.sqrt(max(each)))


def window(belief: xr.Dataset, location) -> list[tuple[float, float]]:
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
    share = [
        (middle - low) / (high - low)
        for middle, (low, high) in zip(mean, (panel.get_xlim(), panel.get_ylim()), strict=True)
    ]
    corner = [0.03 if own > 0.5 else 0.5 for own in share]
    inset = panel.inset_axes([*corner, 0.47, 0.47])
    draw(inset, belief, location)
    style.map_axes(inset)
    inset.set(xlim=ends[0], ylim=ends[1], xticks=[], yticks=[])
    panel.indicate_inset_zoom(inset, edgecolor="0.3", linewidth=0.6, alpha=1.0)
