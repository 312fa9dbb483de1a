"""The unit square with buildings: which cells of a grid belong to the domain, where sensors and
sources may be.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int


class Building(NamedTuple):
    """A rectangle [left, right] × [bottom, top] within the unit square, length."""

    left: float
    right: float
    bottom: float
    top: float


class LayoutError(ValueError):
    """Buildings that make no domain; the message names the building and what is wrong with it."""


def check(buildings: list[Building]) -> None:
    """Raise LayoutError for inverted, outlying or overlapping rectangles, and where nothing of the
    square is left.
    """
    for number, building in enumerate(buildings, start=1):
        if not (building.left < building.right and building.bottom < building.top):
            raise LayoutError(
                f"building {number}, {tuple(building)}, is inverted: left < right and "
                "bottom < top are needed"
            )
        if min(building) < 0 or max(building) > 1:
            raise LayoutError(
                f"building {number}, {tuple(building)}, reaches out of the unit square"
            )
    for (first, one), (second, other) in combinations(enumerate(buildings, start=1), 2):
        apart = (
            one.right <= other.left
            or other.right <= one.left
            or one.top <= other.bottom
            or other.top <= one.bottom
        )
        if not apart:
            raise LayoutError(
                f"buildings {first}, {tuple(one)}, and {second}, {tuple(other)}, overlap"
            )
    covered = sum((house.right - house.left) * (house.top - house.bottom) for house in buildings)
    if covered >= 1 - 1e-12:
        raise LayoutError("the buildings cover the whole square: no accessible region is left")


def accessible(
    buildings: list[Building], points: Float[np.ndarray, "*points 2"]
) -> Bool[np.ndarray, "*points"]:
    """Whether points of the unit square lie outside all buildings; a building's wall
    belongs to it.
    """
    x, y = points[..., 0], points[..., 1]
    free = np.asarray(
        (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    )  # of one point NumPy gives a scalar
    for left, right, bottom, top in buildings:
        free &= ~((left <= x) & (x <= right) & (bottom <= y) & (y <= top))
    return free


def cell_centres(cells: int) -> Float[np.ndarray, " cells"]:
    """Middle of every cell along a side."""
    return (np.arange(cells) + 0.5) / cells


def count_parts(free: Bool[np.ndarray, "rows columns"]) -> int:
    """Into how many parts the free cells fall, joined across their sides.

    Whole lines of free cells are reached at once, so that a part takes as many rounds as the
    shortest way through it has turns. Not SciPy's `label`, whose import takes a quarter of a second
    that every start of Snakemake would wait for.
    """
    numbers = _line_numbers(free), _line_numbers(free.T).T
    parts, left = 0, free.copy()
    while left.any():
        reached, before = np.zeros_like(free), None
        reached.flat[np.argmax(left)] = True
        while not np.array_equal(reached, before):
            before = reached
            for lines in numbers:
                touched = np.zeros(lines.max() + 1, dtype=bool)
                touched[lines[reached]] = True
                reached = free & touched[lines]
        parts, left = parts + 1, left & ~reached
    return parts


def _line_numbers(free: Bool[np.ndarray, "rows columns"]) -> Int[np.ndarray, "rows columns"]:
    """The same number for neighbours in a row without a wall between them, and for no others."""
    walls = np.pad(~free, ((0, 0), (0, 1)), constant_values=True)
    return np.cumsum(walls).reshape(walls.shape)[:, :-1]


def open_cells(buildings: list[Building], cells: int) -> Bool[np.ndarray, "cells cells"]:
    """Whether a cell's centre is accessible; LayoutError where walls do not lie on the edges
    between cells.

    Also where the accessible cells fall apart: what is released in one part would never reach the
    other.
    """
    for number, building in enumerate(buildings, start=1):
        edges = np.array(building) * cells
        if np.abs(edges - np.round(edges)).max() > 1e-9:
            raise LayoutError(
                f"building {number}, {tuple(building)}: walls must lie on a grid of {cells} cells "
                "a side"
            )
    centres = np.stack(
        np.meshgrid(cell_centres(cells), cell_centres(cells), indexing="ij"), axis=-1
    )
    free = accessible(buildings, centres)
    if (parts := count_parts(free)) != 1:
        raise LayoutError(f"the accessible cells fall into {parts} parts, of which one is needed")
    return free


# the square's own symmetries about its middle: nothing, turns and mirrors
SQUARE = np.array(
    [
        [[first, 0], [0, second]] if straight else [[0, first], [second, 0]]
        for straight in (True, False)
        for first in (1, -1)
        for second in (1, -1)
    ],
    dtype=float,
)


def symmetries(buildings: list[Building]) -> Float[np.ndarray, "symmetries 2 2"]:
    """Matrices about the middle of the square that take the layout to itself, the identity first.

    A field's source and sensor may both be moved by any of them: the reading stays the same.
    """
    edges = np.unique(
        np.round([edge for building in buildings for edge in building] + [0.0, 1.0], 12)
    )
    edges = np.unique(np.round(np.r_[edges, 1 - edges], 12))
    # one point in every rectangle between walls and their mirror images tells whether it is built
    # on
    axis = (edges[:-1] + edges[1:]) / 2
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    free = accessible(buildings, points)
    kept = [turn for turn in SQUARE if (accessible(buildings, moved(turn, points)) == free).all()]
    return np.array(kept)


def moved(
    symmetry: Float[np.ndarray, "2 2"], points: Float[np.ndarray, "*points 2"]
) -> Float[np.ndarray, "*points 2"]:
    """Points turned or mirrored about the middle of the square."""
    return 0.5 + (points - 0.5) @ symmetry.T


def distinct(
    symmetries: Float[np.ndarray, "symmetries 2 2"], points: Float[np.ndarray, "points 2"]
) -> tuple[Int[np.ndarray, " distinct"], Int[np.ndarray, " points"]]:
    """(indices of points none of which is an image of another, for every point which of these it is
    an image of).
    """
    images = np.round(np.stack([moved(turn, points) for turn in symmetries], axis=1), 9)
    order = np.lexsort((images[..., 1], images[..., 0]), axis=1)[:, :1, None]
    _, first, image_of = np.unique(
        np.take_along_axis(images, order, axis=1)[:, 0],
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    return first, image_of.ravel()
