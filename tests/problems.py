"""The papers' test problems as the kernels take them: vectors of parameters and of designs."""

import jax.numpy as jnp


def linear(parameters, design):
    """G = θ·d, one output a coordinate of the design (mean_variance Eq. 42)."""
    return parameters[0] * design


def nonlinear(parameters, design):
    """G = θ³d² + θ·exp(−|0.2 − d|), one output a coordinate (mean_variance Eq. 43)."""
    theta = parameters[0]
    return theta**3 * design**2 + theta * jnp.exp(-jnp.abs(0.2 - design))
