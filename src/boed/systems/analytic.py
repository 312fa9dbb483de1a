"""Forward maps of the test problems: parameters (dim,) and a design → noise-free data (m,)."""

from collections.abc import Callable

import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Parameters = Float[AnyArray, " parameters"]
# every coordinate of a design is a run of the experiment with one output
Runs = Float[AnyArray, " runs"]
Forward = Callable[
    [Parameters, Float[AnyArray, " coordinates"]],
    Float[AnyArray, " outputs"],
]


def linear(parameters: Parameters, design: Runs) -> Runs:
    """G = θ·d, one output a coordinate of the design (mean_variance Eq. 42)."""
    return parameters[0] * design


def nonlinear(parameters: Parameters, design: Runs) -> Runs:
    """G = θ³d² + θ·exp(−|0.2 − d|), one output a coordinate of the design
    (mean_variance Eq. 43).
    """
    theta = parameters[0]
    return theta**3 * design**2 + theta * jnp.exp(-jnp.abs(0.2 - design))


FORWARD_MODELS: dict[str, Forward] = {"linear": linear, "nonlinear": nonlinear}
