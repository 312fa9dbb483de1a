"""Forward maps of the test problems: named parameters and a design → noise-free data, as a user's
`predict`.
"""

from collections.abc import Callable, Mapping

import jax.numpy as jnp

import boed.runtime  # noqa: F401
from boed.arrays import Scalar

Named = Mapping[str, Scalar]


def linear(parameters: Named, design: Named) -> Scalar:
    """G = θ·d (mean_variance Eq. 42)."""
    return parameters["theta"] * design["d"]


def nonlinear(parameters: Named, design: Named) -> Scalar:
    """G = θ³d² + θ·exp(−|0.2 − d|) (mean_variance Eq. 43)."""
    theta, d = parameters["theta"], design["d"]
    return theta**3 * d**2 + theta * jnp.exp(-jnp.abs(0.2 - d))


FUNCTIONS: dict[str, Callable[[Named, Named], Scalar]] = {"linear": linear, "nonlinear": nonlinear}
