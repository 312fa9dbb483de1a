"""The designs that an experiment may have: bounds or candidates of each coordinate, and boxes that
are forbidden.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.numerics.quasi_random import sobol

Coordinates = Float[np.ndarray, " coordinates"]
Points = Float[np.ndarray, "*points coordinates"]
# parts of a range within which of a box a design counts as in it, so that one that is written to a
# file and read again is still outside
ROUNDING = 1e-9
# designs all over the unit cube: of one coordinate, and of more; where some are forbidden, of so
# many times as many
NODES, POINTS, TRIES = 101, 256, 64


class Box(NamedTuple):
    """A region between two corners, both in it; infinite where a coordinate does not matter."""

    lower: Coordinates
    upper: Coordinates


@dataclass(frozen=True, eq=False)
class DesignRegion:
    """Named coordinates of a design with their units, bounds and, where only some values can be
    chosen, these candidates in rising order; no design inside a forbidden box is allowed.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    lower: Coordinates
    upper: Coordinates
    candidates: tuple[Float[np.ndarray, " values"] | None, ...]
    forbidden: tuple[Box, ...] = ()

    def __len__(self) -> int:
        """How many coordinates a design has."""
        return len(self.names)

    def allowed(self, designs: Points) -> Bool[np.ndarray, "*points"]:
        """Whether designs lie within the bounds and in no forbidden box."""
        inside = _within(designs, Box(self.lower, self.upper))
        for box in self.forbidden:
            inside = np.asarray(inside & ~_within(designs, box))
        return inside

    def clear(self, designs: Float[AnyArray, "*points coordinates"]) -> Bool[AnyArray, "*points"]:
        """Whether designs lie in no forbidden box, nor within rounding of one; JAX can trace it."""
        margin = ROUNDING * (self.upper - self.lower)
        places = jnp.asarray(designs)
        inside = jnp.zeros(places.shape[:-1], dtype=bool)
        for lower, upper in self.forbidden:
            within = (places >= lower - margin) & (places <= upper + margin)
            inside |= jnp.all(within, axis=-1)
        return ~inside

    def nearest(self, designs: Points) -> Points:
        """The designs with every coordinate that has candidates at the nearest of them."""
        moved = np.array(designs, dtype=float)
        for index, values in enumerate(self.candidates):
            if values is not None:
                distance = np.abs(moved[..., index, None] - values)
                moved[..., index] = values[distance.argmin(axis=-1)]
        return moved

    def free_boxes(self, design: Coordinates) -> list[Box]:
        """Large boxes around an allowed design without a forbidden one in them, the first where
        each cut leaves the most, the others with cuts along one coordinate where they can be; no
        room along a coordinate with candidates.
        """
        found: list[Box] = []
        for preferred in (None, *range(len(self))) if self.forbidden else (None,):
            box = self._free_box(design, preferred)
            if not any(np.array_equal(box, other) for other in found):
                found.append(box)
        return found

    def _free_box(self, design: Coordinates, preferred: int | None) -> Box:
        """A box around a design from which every forbidden one is cut off."""
        lower, upper = self.lower.copy(), self.upper.copy()
        for index, values in enumerate(self.candidates):
            if values is not None:
                lower[index] = upper[index] = design[index]
        for box in self.forbidden:
            if np.all((box.lower <= upper) & (box.upper >= lower)):
                _cut(design, box, Box(lower, upper), preferred)
        return Box(lower, upper)

    def repeated(self, experiments: int) -> "DesignRegion":
        """Designs of so many experiments at once, one after the other; each must be allowed."""
        if experiments == 1:
            return self
        numbers, size = range(1, experiments + 1), len(self)
        boxes = []
        for box in self.forbidden:
            for place in range(experiments):
                ends = np.full((2, experiments, size), [[[-np.inf]], [[np.inf]]])
                ends[:, place] = box
                boxes.append(Box(*ends.reshape(2, -1)))
        return DesignRegion(
            names=tuple(f"{name}_{number}" for number in numbers for name in self.names),
            units=self.units * experiments,
            lower=np.tile(self.lower, experiments),
            upper=np.tile(self.upper, experiments),
            candidates=self.candidates * experiments,
            forbidden=tuple(boxes),
        )


def _cut(design: Coordinates, box: Box, around: Box, preferred: int | None) -> None:
    """Move one of the ends around a design, in place, so that a forbidden box lies outside: along
    the preferred coordinate if that can be, else where that leaves the most.
    """
    lower, upper = around
    width = np.where(upper > lower, upper - lower, 1.0)
    below = np.where(design < box.lower, (box.lower - lower) / width, -np.inf)
    above = np.where(design > box.upper, (upper - box.upper) / width, -np.inf)
    room = np.maximum(below, above)
    index = int(room.argmax())
    if preferred is not None and np.isfinite(room[preferred]):
        index = preferred
    if below[index] > above[index]:
        upper[index] = np.nextafter(box.lower[index], -np.inf)
    else:
        lower[index] = np.nextafter(box.upper[index], np.inf)


def _within(designs: Points, box: Box) -> Bool[np.ndarray, "*points"]:
    return np.asarray(np.all((designs >= box.lower) & (designs <= box.upper), axis=-1))


def of_settings(designs: dict, forbidden: list | None = None) -> DesignRegion:
    """The region of the settings `designs` and `forbidden`; ValueError for a box that names a
    design which is not there.
    """
    names, blocks = tuple(designs), list(designs.values())
    candidates = tuple(
        np.unique(np.asarray(block["candidates"], dtype=float)) if "candidates" in block else None
        for block in blocks
    )
    ends = [
        (block["lower"], block["upper"]) if values is None else (values[0], values[-1])
        for block, values in zip(blocks, candidates, strict=True)
    ]
    lower, upper = np.array(ends, dtype=float).T
    return DesignRegion(
        names=names,
        units=tuple(block.get("unit", "1") for block in blocks),
        lower=lower,
        upper=upper,
        candidates=candidates,
        forbidden=tuple(_box(box, names) for box in forbidden or []),
    )


def _box(intervals: dict, names: tuple[str, ...]) -> Box:
    """A forbidden box, unbounded along the designs that it does not name."""
    unknown = set(intervals) - set(names)
    if unknown:
        raise ValueError(
            f"forbidden: no design named {', '.join(sorted(unknown))}; there are {', '.join(names)}"
        )
    ends = [intervals.get(name, (-np.inf, np.inf)) for name in names]
    return Box(*np.array(ends, dtype=float).T)


def nearest(
    places: Float[AnyArray, "*any"], candidates: Float[np.ndarray, " candidates"]
) -> Float[AnyArray, "*any"]:
    """The candidate that is nearest to every place."""
    values = jnp.asarray(candidates)
    return values[jnp.argmin(jnp.abs(places[..., None] - values), axis=-1)]


def all_over(
    coordinates: int, allowed: Callable | None
) -> Float[np.ndarray, "designs coordinates"]:
    """Designs all over the unit cube: evenly spaced for one coordinate, else quasi-random; of these
    the allowed ones, all where `allowed` is None. ValueError where there is none.
    """
    if coordinates == 1:
        designs = np.linspace(0.0, 1.0, NODES)[:, None]
    else:
        designs = sobol(coordinates).random(POINTS if allowed is None else TRIES * POINTS)
    if allowed is None:
        return designs
    with jax.ensure_compile_time_eval():
        kept = designs[np.asarray(allowed(designs))][:POINTS]
    if not len(kept):
        raise ValueError(
            f"forbidden: leaves none of {len(designs)} designs all over the bounds: take bounds "
            "closer around what is allowed"
        )
    return kept
