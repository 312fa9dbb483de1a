"""Ascent along a design's gradient from several starting points, by SciPy's L-BFGS-B."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from boed.design.bayesian_optimisation import History


def maximise(
    value_and_gradient: Callable[[np.ndarray], tuple[float, np.ndarray]],
    bounds: tuple[np.ndarray, np.ndarray],
    starts: np.ndarray,
    evaluations: int,
) -> History:
    """Every evaluation, start after start (starts, coordinates), of at most about `evaluations`
    each.
    """
    designs, values = [], []

    def descend(design):
        """Minus the objective and its slope, kept for the history."""
        value, slope = value_and_gradient(design)
        designs.append(np.array(design))
        values.append(float(value))
        return -float(value), -np.asarray(slope, dtype=float)

    limits = np.stack(bounds, axis=1)
    for start in starts:
        minimize(
            descend,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=limits,
            options={"maxfun": evaluations},
        )
    return History(np.array(designs), np.array(values))
