"""Designs that no other beats in both expected utility and its variance: the front, and a search
for it on a grid.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

Node = tuple[int, ...]


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


def search(
    evaluate: Callable[[Node], tuple[float, float]],
    starts: list[Node],
    neighbours: Callable[[Node, int], list[Node]],
    strides: list[int],
    budget: int,
    rng: np.random.Generator,
) -> dict[Node, tuple[float, float]]:
    """{node: (mean, variance)} of all that a Pareto local search evaluates: starts, then around
    their front.

    With every stride in turn the neighbours of each node on the front are evaluated, until none
    there is left to look around, or until the budget, shared evenly among the strides, ends.
    """
    known = {node: evaluate(node) for node in starts}
    share = max(0, budget - len(known)) // len(strides)
    for number, stride in enumerate(strides, start=1):
        limit, seen = budget - share * (len(strides) - number), set()
        while len(known) < limit:
            nodes, values = list(known), np.array(list(known.values()))
            waiting = [
                n
                for n, on in zip(nodes, undominated(*values.T), strict=True)
                if on and n not in seen
            ]
            if not waiting:
                break
            chosen = waiting[rng.integers(len(waiting))]
            seen.add(chosen)
            for node in neighbours(chosen, stride):
                if node not in known and len(known) < limit:
                    known[node] = evaluate(node)
    return known


def moves(allowed: Bool[np.ndarray, "nodes nodes"]) -> Callable[[Node, int], list[Node]]:
    """Neighbours of sensors on a grid, x and y index of each in a row: one of them a stride
    further, eight ways.
    """
    size = len(allowed)
    ways = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]

    def neighbours(node, stride):
        """All nodes that lie a stride away."""
        found = []
        for first in range(0, len(node), 2):
            for a, b in ways:
                x, y = node[first] + stride * a, node[first + 1] + stride * b
                if 0 <= x < size and 0 <= y < size and allowed[x, y]:
                    found.append((*node[:first], x, y, *node[first + 2 :]))
        return found

    return neighbours
