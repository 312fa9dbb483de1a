"""Priors of the test problems' parameters: independent samples, and quadrature nodes with their
probabilities.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats import norm
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

NODES_A_PANEL = 10
REACH = 9.0


class Prior(NamedTuple):
    """sample: (key, N) → (N, 1); nodes: about how many → nodes (n, 1) and their probabilities (n,).

    log_density: parameters (n,) → log p (n,), −∞ where there are none.
    """

    sample: Callable[[PRNGKeyArray, int], Float[AnyArray, "samples 1"]]
    nodes: Callable[[int], tuple[Float[AnyArray, "nodes 1"], Float[AnyArray, " nodes"]]]
    log_density: Callable[[Float[AnyArray, " nodes"]], Float[AnyArray, " nodes"]]


def normal(mean: float, deviation: float) -> Prior:
    """θ ~ N(mean, deviation²); its nodes are those of the trapezoidal rule over ± nine
    deviations.
    """

    def nodes(count):
        standard = np.linspace(-REACH, REACH, count)
        weights = np.exp(-0.5 * standard**2)
        return jnp.asarray(mean + deviation * standard[:, None]), jnp.asarray(
            weights / weights.sum()
        )

    def sample(key, count):
        return mean + deviation * jax.random.normal(key, (count, 1))

    return Prior(sample, nodes, lambda parameters: norm.logpdf(parameters, mean, deviation))


def uniform(lower: float, upper: float) -> Prior:
    """θ ~ U(lower, upper); its nodes are those of Gauss and Legendre in equal panels."""

    def nodes(count):
        """At least so many nodes and their weights."""
        abscissae, weights = np.polynomial.legendre.leggauss(NODES_A_PANEL)
        panels = int(np.ceil(count / NODES_A_PANEL))
        edges = np.linspace(lower, upper, panels + 1)
        points = edges[:-1, None] + np.diff(edges)[:, None] * (abscissae + 1) / 2
        return jnp.asarray(points.reshape(-1, 1)), jnp.asarray(
            np.tile(weights / 2 / panels, panels)
        )

    def sample(key, count):
        return jax.random.uniform(key, (count, 1), minval=lower, maxval=upper)

    def log_density(parameters):
        inside = (parameters >= lower) & (parameters <= upper)
        return jnp.where(inside, -jnp.log(upper - lower), -jnp.inf)

    return Prior(sample, nodes, log_density)


PRIORS = {"normal": normal, "uniform": uniform}
