"""Ascent along a design's gradient from several starting points, by SciPy's L-BFGS-B."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

from boed.design.bayesian_optimisation import DesignSpace, History

Point = Float[np.ndarray, " coordinates"]
ValueAndGradient = Callable[[Point], tuple[Float[np.ndarray, ""], Point]]
Corners = tuple[Point, Point]
# around an allowed design: lower and upper corners of boxes in which all designs are allowed
FreeBoxes = Callable[[Point], Sequence[Corners]]


@dataclass(frozen=True, eq=False)
class Ascent:
    """An ascent over the unit cube of a space's designs, which keeps all that it tries."""

    value_and_gradient: ValueAndGradient
    space: DesignSpace
    designs: list = field(default_factory=list)
    values: list = field(default_factory=list)

    def within(self, start: Point, box: Corners, evaluations: int) -> None:
        """Climb from a start in a box, with at most about so many evaluations."""
        width = self.space.upper - self.space.lower

        def descend(shares):
            """Minus the objective and its slope."""
            design = np.clip(self.space.unscaled(shares), *box)
            value, slope = self.value_and_gradient(design)
            self.designs.append(design)
            self.values.append(float(value))
            return -float(value), -np.asarray(slope, dtype=float) * width

        ends = self.space.scaled(np.stack(box))
        minimize(
            descend,
            self.space.scaled(start),
            jac=True,
            method="L-BFGS-B",
            bounds=ends.T,
            options={"maxfun": evaluations},
        )

    def best_since(self, first: int) -> tuple[Point, float]:
        """The best design of those from this one on, and its value."""
        place = first + int(np.argmax(self.values[first:]))
        return self.designs[place], self.values[place]


def maximise(
    value_and_gradient: ValueAndGradient,
    space: DesignSpace,
    free_boxes: FreeBoxes,
    starts: Float[np.ndarray, "starts coordinates"],
    evaluations: int,
) -> History:
    """Every evaluation, start after start, of at most about `evaluations` each.

    None lies outside the boxes: an ascent goes on in another box around the place where it ends, as
    long as that gains.
    """
    ascent = Ascent(value_and_gradient, space)
    for start in starts:
        _climb(ascent, free_boxes, start, evaluations)
    return History(np.array(ascent.designs), np.array(ascent.values))


def _climb(ascent: Ascent, free_boxes: FreeBoxes, start: Point, evaluations: int) -> None:
    """Ascend from a start, from box to box."""
    first, design, best, boxes = len(ascent.values), start, -np.inf, list(free_boxes(start))
    while boxes and len(ascent.values) - first < evaluations:
        box = boxes.pop(0)
        ascent.within(design, box, evaluations - (len(ascent.values) - first))
        reached, value = ascent.best_since(first)
        if value > best:
            design, best = reached, value
            boxes = [other for other in free_boxes(design) if not np.array_equal(other, box)]
