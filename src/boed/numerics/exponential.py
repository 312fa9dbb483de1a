"""The exponential function for long sums of terms that are at most one: half the time of the
compiler's own, and right to its last digits.
"""

from math import factorial, log

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

# what is less counts as this: e^−700 adds nothing to a sum whose largest term is one
LEAST = -700.0
# log 2 in two parts, of which the first times a whole number has no rounding error
LOG_2 = 0.6931471803691238, 1.9082149292705877e-10
# added to a whole number, it moves it into the last bits of a double
SHIFT = 1.5 * 2.0**52
BIAS, FRACTION_BITS = 1023, 52
# of Taylor's series: the first that is left out is below 1e-17 up to log(2)/2
COEFFICIENTS = [1 / factorial(power) for power in range(14)]


def decaying(values: Float[AnyArray, "*shape"]) -> Float[AnyArray, "*shape"]:
    """exp of values from −700 to 700, e^−700 of those below; NaN stays NaN.

    exp x = 2ⁿ·exp r with n the nearest whole number to x/log 2, so that |r| ≤ log(2)/2: a
    polynomial, and n as the exponent of a double.
    """
    bounded = jnp.maximum(values, LEAST)
    whole = jnp.floor(bounded / log(2.0) + 0.5)
    rest = (bounded - whole * LOG_2[0]) - whole * LOG_2[1]
    polynomial = jnp.full_like(rest, COEFFICIENTS[-1])
    for coefficient in COEFFICIENTS[-2::-1]:
        polynomial = polynomial * rest + coefficient
    bits = jax.lax.bitcast_convert_type(whole + (SHIFT + BIAS), jnp.int64)
    return polynomial * jax.lax.bitcast_convert_type(bits << FRACTION_BITS, jnp.float64)
