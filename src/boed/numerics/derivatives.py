"""Derivatives of a model by parameters and design, beside central differences."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

# steps of differences, and one that is large, as shares of what is a large step
SHARES, LARGE = (1e-3, 1e-5), 0.3
Predict = Callable[[AnyArray, AnyArray], AnyArray]
Places = tuple[Float[AnyArray, "points parameters"], Float[AnyArray, "points coordinates"]]
PerDirection = Float[np.ndarray, " directions"]
Slopes = Float[np.ndarray, "points outputs directions"]


def errors(
    predict: Predict, places: Places, steps: PerDirection
) -> tuple[PerDirection, Bool[np.ndarray, " directions"]]:
    """How far derivatives in reverse mode are from central differences at some places, of the
    largest of each output, the greatest of places and outputs; and whether they are zero everywhere
    though a large step changes an output.

    steps: a large one along every parameter and coordinate.
    """
    size, points = places[0].shape[1], jnp.concatenate(places, axis=1)

    def together(point):
        return predict(point[:size], point[size:])

    given = np.asarray(jax.jit(jax.vmap(jax.jacrev(together)))(points)) * steps
    evaluate = jax.jit(jax.vmap(jax.vmap(together)))
    small = [differences(evaluate, points, steps, share) for share in SHARES]
    apart = np.min([_apart(given, rise) for rise in small], axis=0)
    large = np.nan_to_num(differences(evaluate, points, steps, LARGE))
    cut = (given == 0).all(axis=(0, 1)) & (large != 0).any(axis=(0, 1))
    return apart.max(axis=(0, 1)), cut


def differences(evaluate: Callable, points: AnyArray, steps: PerDirection, share: float) -> Slopes:
    """Central differences along every direction over the step, with a share of it."""
    moves = share * np.diag(steps)
    up, down = (evaluate(points[:, None] + sign * moves) for sign in (1, -1))
    return np.swapaxes(np.asarray(up - down), 1, 2) / (2 * share)


def _apart(given: Slopes, rise: Slopes) -> Slopes:
    """Distance over the largest difference of each output, infinite where one is no number."""
    largest = np.maximum(np.abs(rise).max(axis=(0, 2), keepdims=True), np.finfo(float).tiny)
    return np.nan_to_num(np.abs(given - rise) / largest, nan=np.inf, posinf=np.inf)
