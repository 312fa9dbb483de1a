"""The strength that fits data best, in closed form (active_learning Eq. 24), and what it tends to
with the number of data.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.noise import Noise

Values = Float[AnyArray, " data"]
# where the deviation of a datum's noise is taken: at its true value, or at what was measured
DEVIATIONS = ("known", "measured")
# nodes of the Gauss–Hermite rule over the noise of one datum
HERMITE = 60


def least_squares(unit: Values, observed: Values, deviation: Values) -> Scalar:
    """The strength s that maximises Π N(observed; s·unit, deviation²): Eq. 24 in closed form."""
    weights = unit / deviation**2
    return jnp.sum(weights * observed) / jnp.sum(weights * unit)


def limit(unit: Values, true: Values, noise: Noise, deviation: str) -> Scalar:
    """What `least_squares` tends to with the number of data.

    unit, true: fields on a rule of equal weights; deviation: one of DEVIATIONS. The expectation
    over each datum's noise by Gauss–Hermite quadrature: of w·y and of w, w = 1/deviation².
    """
    if deviation == "known":
        return least_squares(unit, true, noise.deviation(true))
    nodes, weights = np.polynomial.hermite_e.hermegauss(HERMITE)
    observed = true[:, None] + noise.deviation(true)[:, None] * nodes
    precision = noise.deviation(observed) ** -2 * (weights / weights.sum())
    first, second = jnp.sum(precision * observed, axis=1), jnp.sum(precision, axis=1)
    return jnp.sum(unit * first) / jnp.sum(unit**2 * second)
