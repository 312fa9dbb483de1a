"""An epidemic in a closed town: shares of it that are susceptible, infectious and recovered.

The model lets everybody meet everybody. In truth people keep apart the more of them are infectious,
which the model does not know: what it misses is a factor of the new infections, a function of both
shares.
"""

import jax
import jax.numpy as jnp

FIRST = jnp.array([0.99, 0.01])  # susceptible and infectious shares on day 0
STEPS = 60


def infectious(day, parameters, factor):
    """The infectious share on a day, by the Runge–Kutta rule; factor: of new infections."""

    def change(shares):
        susceptible, ill = shares
        new = parameters["contact"] * susceptible * ill * factor(susceptible, ill)
        return jnp.array([-new, new - parameters["recovery"] * ill])

    def step(shares, _):
        first = change(shares)
        second = change(shares + length / 2 * first)
        third = change(shares + length / 2 * second)
        fourth = change(shares + length * third)
        return shares + length / 6 * (first + 2 * second + 2 * third + fourth), None

    length = day / STEPS
    return jax.lax.scan(step, FIRST, length=STEPS)[0][1]


def predict(parameters, design):
    return infectious(design["day"], parameters, lambda susceptible, ill: 1.0)


def predict_with(parameters, design, missing):
    return infectious(design["day"], parameters, lambda s, i: jnp.exp(missing(s, i)))


def observe(design):
    truth = {"contact": 0.5, "recovery": 0.1}
    return infectious(design["day"], truth, lambda s, i: jnp.exp(-4.0 * i))
