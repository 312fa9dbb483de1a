"""One-dimensional rules: graded Gauss–Legendre, and panels of Lagrange interpolation nodes."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

Edges = Sequence[float] | Float[np.ndarray, " edges"]
Nodes = Float[np.ndarray, " nodes"]


def graded_rule(end: float, panels: int, order: int) -> tuple[Nodes, Nodes]:
    """Nodes and weights on (0, end], panels halving towards 0, `order` Gauss–Legendre
    nodes each.
    """
    edges = np.r_[0.0, end * 0.5 ** np.arange(panels - 1, -1, -1)]
    abscissae, weights = np.polynomial.legendre.leggauss(order)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return (middle[:, None] + half[:, None] * abscissae).ravel(), (half[:, None] * weights).ravel()


def panel_nodes(edges: Edges, orders: Sequence[int]) -> Nodes:
    """Gauss–Legendre nodes of every panel, in rising order; `orders` gives the nodes of
    each panel.
    """
    parts = []
    for low, high, order in zip(edges[:-1], edges[1:], orders, strict=True):
        abscissae = np.polynomial.legendre.leggauss(order)[0]
        parts.append((low + high) / 2 + (high - low) / 2 * abscissae)
    return np.concatenate(parts)


def lagrange_matrix(
    edges: Edges, orders: Sequence[int], points: Float[np.ndarray, " points"]
) -> Float[np.ndarray, "points nodes"]:
    """Interpolation from the panels' nodes to `points`: (points, nodes), zero outside all panels.

    Each point uses the Lagrange polynomial of its own panel, so that Σ_i w_i f(x_i) ≈ (wᵀ L)
    f(nodes).
    """
    nodes = panel_nodes(edges, orders)
    matrix = np.zeros((len(points), len(nodes)))
    start = 0
    for low, high, order in zip(edges[:-1], edges[1:], orders, strict=True):
        inside = (points >= low) & (points < high)
        panel = nodes[start : start + order]
        for column in range(order):
            others = np.delete(panel, column)
            ratio = (points[inside, None] - others) / (panel[column] - others)
            matrix[inside, start + column] = np.prod(ratio, axis=1)
        start += order
    return matrix
