"""Maps of the unit square: their limits, their buildings, one quantity over a domain. Imports no
JAX.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle

# beyond a marker outside the unit square, length
ROOM = 0.04
Box = Sequence[float]


class Domain(NamedTuple):
    """The square of a diffusion field: nodes along x and y, which are free of buildings, and the
    buildings, each by its left, right, bottom and top end.
    """

    x: Float[np.ndarray, " x"]
    y: Float[np.ndarray, " y"]
    free: Bool[np.ndarray, "x y"]
    buildings: list[Box]


def domain_of(dataset, buildings: list[Box]) -> Domain:
    """The domain of a file with `x`, `y` and `accessible`."""
    return Domain(
        x=dataset.x.values,
        y=dataset.y.values,
        free=dataset.accessible.values.astype(bool),
        buildings=buildings,
    )


def limits(points: np.ndarray) -> list[tuple[float, float]]:
    """Limits along x and along y that hold the unit square and all points, with some
    room, lengths.
    """
    points = np.concatenate([np.reshape(points, (-1, 2)), [[0.0, 0.0], [1.0, 1.0]]])
    low, high = points.min(axis=0), points.max(axis=0)
    return [
        (float(a - ROOM * (a < 0)), float(b + ROOM * (b > 1)))
        for a, b in zip(low, high, strict=True)
    ]


def map_axes(axes, title: str = "") -> None:
    """A map: equal aspect, no grid lines, the unit square's coordinates in units of length."""
    axes.set(aspect="equal", title=title)
    axes.grid(visible=False)
    axes.spines[["top", "right"]].set_visible(True)
    # a marker on the domain's edge is drawn whole; the map itself stays inside its axes
    scattered = [marks for marks in axes.collections if isinstance(marks, PathCollection)]
    for marks in (*axes.lines, *scattered):
        marks.set_clip_on(False)


def draw_buildings(panel, buildings: list[Box]) -> None:
    """The unit square with its buildings in grey."""
    for left, right, bottom, top in buildings:
        panel.add_patch(
            Rectangle((left, bottom), right - left, top - bottom, facecolor="0.6", edgecolor="0.2")
        )
    panel.set(xlim=(0, 1), ylim=(0, 1))


def draw(panel, domain: Domain, values: Float[np.ndarray, "x y"], levels=20, **look):
    """One quantity over a domain, where it is free, by filled contours at these levels."""
    shown = np.ma.array(values, mask=~domain.free).T
    drawn = panel.contourf(domain.x, domain.y, shown, levels, extend="both", **look)
    draw_buildings(panel, domain.buildings)
    map_axes(panel)
    return drawn


def colour_bar(panel, drawn, digits: int = 2) -> None:
    """A colour bar beside the one panel, its numbers with so many digits."""
    panel.figure.colorbar(drawn, ax=panel, shrink=0.8, format=f"%.{digits}f")


def symmetric(values) -> Float[np.ndarray, " levels"]:
    """Levels of a map around zero that hold all values."""
    return np.linspace(-1, 1, 21) * max(float(np.abs(values).max()), 1e-12)


def shared_levels(values: list, free: list) -> Float[np.ndarray, " levels"]:
    """Levels that hold several maps where they are free, from their least to their greatest
    value.
    """
    seen = np.concatenate([part[there] for part, there in zip(values, free, strict=True)])
    return np.linspace(seen.min(), seen.max(), 21)
