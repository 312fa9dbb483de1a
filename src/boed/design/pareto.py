"""Designs that no other beats in both expected utility and its variance: the front, and a search
for it on a grid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

Node = tuple[int, ...]
WAYS = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]


def undominated(
    mean: Float[np.ndarray, " designs"], variance: Float[np.ndarray, " designs"]
) -> Bool[np.ndarray, " designs"]:
    """Whether no other design has a mean at least as large and a variance at least as small, one of
    them strictly.
    """
    order = np.lexsort((variance, -mean))
    least = np.minimum.accumulate(np.r_[np.inf, variance[order][:-1]])
    kept = np.zeros(len(mean), dtype=bool)
    kept[order] = variance[order] < least
    # designs that are alike in both do not beat each other
    alike = {(mean[i], variance[i]) for i in np.flatnonzero(kept)}
    return np.array([pair in alike for pair in zip(mean, variance, strict=True)], dtype=bool)


class LocalSearch(NamedTuple):
    """Strides to look around with, in turn, and how many evaluations there may be in all."""

    strides: list[int]
    evaluations: int


@dataclass(frozen=True, eq=False)
class GridMoves:
    """Neighbours of sensors on a grid, x and y index of each in a row: one of them a stride
    further, eight ways; allowed: where a sensor may stand.
    """

    allowed: Bool[np.ndarray, "nodes nodes"]

    def __call__(self, node: Node, stride: int) -> list[Node]:
        """All nodes that lie a stride away."""
        neighbours = []
        for first in range(0, len(node), 2):
            for across, up in WAYS:
                x, y = node[first] + stride * across, node[first + 1] + stride * up
                if self._free(x, y):
                    neighbours.append((*node[:first], x, y, *node[first + 2 :]))
        return neighbours

    def _free(self, x: int, y: int) -> bool:
        size = len(self.allowed)
        return bool(0 <= x < size and 0 <= y < size and self.allowed[x, y])


def search(
    evaluate: Callable[[Node], tuple[float, float]],
    starts: list[Node],
    neighbours: Callable[[Node, int], list[Node]],
    options: LocalSearch,
    rng: np.random.Generator,
) -> dict[Node, tuple[float, float]]:
    """{node: (mean, variance)} of all that a Pareto local search evaluates: starts, then around
    their front; neighbours: (node, stride) → nodes.

    With every stride in turn the neighbours of each node on the front are evaluated, until none
    there is left to look around, or until the budget, shared evenly among the strides, ends.
    """
    strides, budget = options
    known = {node: evaluate(node) for node in starts}
    share = max(0, budget - len(known)) // len(strides)
    for number, stride in enumerate(strides, start=1):
        limit, seen = budget - share * (len(strides) - number), set()
        while len(known) < limit:
            waiting = [node for node in front(known) if node not in seen]
            if not waiting:
                break
            chosen = waiting[rng.integers(len(waiting))]
            seen.add(chosen)
            for node in neighbours(chosen, stride):
                if node not in known and len(known) < limit:
                    known[node] = evaluate(node)
    return known


def front(known: dict[Node, tuple[float, float]]) -> list[Node]:
    """Nodes that no other beats, in the order in which they became known."""
    kept = undominated(*np.array(list(known.values())).T)
    return [node for node, on in zip(known, kept, strict=True) if on]
