"""The designs that a risk study looks at: a grid for one or two coordinates, quasi-random ones for
more; and how they are stored.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from boed.jobs.store import variable
from boed.numerics.quasi_random import sobol
from boed.studies.risk.risk_problem import experiments_of
from boed.systems import design_region
from boed.systems.design_region import DesignRegion

# designs a side, or in all where they are quasi-random, if the settings do not say
NODES = {1: 49, 2: 15}
QUASI_RANDOM = 256
# combinations of candidates of three coordinates or more that are all looked at
COMBINATIONS = 1000
# how often twice as many quasi-random designs are drawn where too few are allowed
DOUBLINGS = 6
# corners and quasi-random designs where fast sums must have room for the data
CORNERS, ROOM = 6, 256
Points = Float[np.ndarray, "designs coordinates"]


class LookedAt(NamedTuple):
    """Designs with the names and units of their coordinates."""

    designs: Points
    names: tuple[str, ...]
    units: tuple[str, ...]
    forbidden: Float[np.ndarray, "boxes 2 coordinates"]

    def axis(self) -> dict[str, xr.Variable]:
        """The coordinate `design`: the designs themselves where they have one coordinate; else
        their number, beside what each is.
        """
        if len(self.names) == 1:
            return self._one_axis()
        numbers = np.arange(len(self.designs))
        return {
            "design": variable("design", numbers, "1", "number of the design"),
            "place": variable(
                ("design", "coordinate"), self.designs, self._unit(), "design that is looked at"
            ),
        } | coordinate_axis(self.names, self.units)

    def _one_axis(self) -> dict[str, xr.Variable]:
        """Designs with one coordinate, and where none is allowed."""
        (name,), (unit,) = self.names, self.units
        axis = {"design": variable("design", self.designs[:, 0], unit, name)}
        if len(self.forbidden):
            ends, words = self.forbidden[:, :, 0], "ends of the designs that are not allowed"
            axis["forbidden"] = variable(("interval", "end"), ends, unit, words)
        return axis

    def chosen(
        self, dims: tuple[str, ...], numbers: Int[np.ndarray, "..."], long_name: str
    ) -> xr.Variable:
        """The designs with these numbers; with an axis `coordinate` where they have several."""
        places = self.designs[numbers]
        if len(self.names) == 1:
            return variable(dims, places[..., 0], self.units[0], long_name)
        return variable((*dims, "coordinate"), places, self._unit(), long_name)

    def _unit(self) -> str:
        return unit_of(self.units)


def unit_of(units: tuple[str, ...]) -> str:
    """The unit of an array whose last axis has these."""
    return units[0] if len(set(units)) == 1 else "that of its coordinate"


def coordinate_axis(names: tuple[str, ...], units: tuple[str, ...]) -> dict[str, xr.Variable]:
    """The coordinates of designs, with their units."""
    return {
        "coordinate": variable("coordinate", list(names), "1", "coordinate of a design"),
        "coordinate_unit": variable("coordinate", list(units), "1", "unit of the coordinate"),
    }


def region(settings: dict, experiments: int | None = None) -> DesignRegion:
    """The designs of so many experiments at once, else of the study's own number."""
    one = design_region.of_settings(settings["designs"], settings.get("forbidden"))
    return one.repeated(experiments or experiments_of(settings))


def looked_at(settings: dict) -> LookedAt:
    """The allowed designs of a study: a grid of `nodes` a side and all candidates, or, of more than
    two coordinates and too many combinations, `nodes` quasi-random designs.
    """
    there, given = region(settings), settings.get("nodes")
    boxes = np.clip(np.reshape(there.forbidden, (-1, 2, len(there))), there.lower, there.upper)
    free = sum(values is None for values in there.candidates)
    count = given or NODES.get(free, QUASI_RANDOM)
    combinations = np.prod([len(side(there, c, count)) for c in range(len(there))])
    if len(there) > 2 and (free > 2 or combinations > COMBINATIONS):
        designs = quasi_random(there, given or QUASI_RANDOM)
    else:
        designs = grid(there, count)
    return LookedAt(designs, there.names, there.units, boxes)


def side(there: DesignRegion, coordinate: int, nodes: int) -> Float[np.ndarray, " values"]:
    """Values of a coordinate: its candidates, or so many from bound to bound."""
    values = there.candidates[coordinate]
    if values is not None:
        return values
    lower, upper = there.lower[coordinate], there.upper[coordinate]
    # rounded, so that a claim or a user finds 0.2 and not 0.20000000000000001
    digits = 12 - int(np.floor(np.log10(max(abs(lower), abs(upper)))))
    return np.clip(np.linspace(lower, upper, nodes).round(digits), lower, upper)


def grid(there: DesignRegion, nodes: int) -> Points:
    """All allowed combinations of the values of every coordinate; ValueError where none is."""
    sides = [side(there, coordinate, nodes) for coordinate in range(len(there))]
    every = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1).reshape(-1, len(there))
    return _allowed(every, there)


def quasi_random(there: DesignRegion, count: int) -> Points:
    """The first allowed ones of a Sobol sequence, none twice, the same each time; ValueError for
    fewer than `count` among 2**DOUBLINGS times as many.
    """
    first = int(np.ceil(np.log2(count)))
    for exponent in range(first, first + DOUBLINGS + 1):
        shares = sobol(len(there), seed=0).random_base2(exponent)
        designs = there.nearest(there.lower + (there.upper - there.lower) * shares)
        places = np.sort(np.unique(designs, axis=0, return_index=True)[1])
        kept = designs[places][there.allowed(designs[places])]
        if len(kept) >= count:
            return kept[:count]
    raise ValueError(f"forbidden: only {len(kept)} of {count} designs were found outside of it")


def room(there: DesignRegion, nodes: int = 11) -> Points:
    """Allowed designs all over the bounds, (·, coordinates): where fast sums must have room for the
    data.

    A map that is monotonous in each coordinate between these points needs no more.
    """
    ends, size = (there.lower, there.upper), len(there)
    if size <= 2:
        sides = [np.linspace(*pair, nodes) for pair in zip(*ends, strict=True)]
        return _allowed(np.stack(np.meshgrid(*sides, indexing="ij"), -1).reshape(-1, size), there)
    inside = sobol(size, seed=0).random(ROOM)
    # every combination of the first coordinates' ends, the others at their lower one
    several = min(size, CORNERS)
    corners = np.zeros((2**several, size))
    corners[:, :several] = list(product((0.0, 1.0), repeat=several))
    return _allowed(ends[0] + (ends[1] - ends[0]) * np.concatenate([corners, inside]), there)


def pairs(settings: dict, nodes: int) -> Float[np.ndarray, "first second 2"]:
    """Allowed designs of two runs of an experiment with one coordinate, a grid, or all candidates,
    of each.
    """
    values = grid(region(settings, 1), nodes)[:, 0]
    return np.stack(np.meshgrid(values, values, indexing="ij"), axis=-1)


def _allowed(designs: Points, there: DesignRegion) -> Float[np.ndarray, "some coordinates"]:
    """Those that are allowed; ValueError where none is."""
    kept = designs[there.allowed(designs)]
    if not len(kept):
        names = ", ".join(there.names)
        raise ValueError(f"forbidden: leaves no design of {names} among those that are looked at")
    return kept
