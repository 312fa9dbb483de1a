"""Priors of the test problems' parameters: independent samples, and quadrature nodes with their
probabilities.
"""

from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats import norm
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Samples = Float[AnyArray, "samples 1"]
Rule = tuple[Float[AnyArray, "nodes 1"], Float[AnyArray, " nodes"]]

NODES_A_PANEL = 10
REACH = 9.0


@runtime_checkable
class Prior(Protocol):
    """A prior of one parameter."""

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""

    def nodes(self, count: int) -> Rule:
        """About so many quadrature nodes, and their probabilities."""

    def log_density(self, parameters: Float[AnyArray, " any"]) -> Float[AnyArray, " any"]:
        """log p of each parameter, −∞ where there are none."""


class Normal(NamedTuple):
    """θ ~ N(mean, deviation²)."""

    mean: float
    deviation: float

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        return self.mean + self.deviation * jax.random.normal(key, (count, 1))

    def nodes(self, count: int) -> Rule:
        """Those of the trapezoidal rule over ± nine deviations, and their probabilities."""
        standard = np.linspace(-REACH, REACH, count)
        weights = np.exp(-0.5 * standard**2)
        points = jnp.asarray(self.mean + self.deviation * standard[:, None])
        return points, jnp.asarray(weights / weights.sum())

    def log_density(self, parameters: Float[AnyArray, " any"]) -> Float[AnyArray, " any"]:
        """log p of each parameter."""
        return norm.logpdf(parameters, self.mean, self.deviation)


class Uniform(NamedTuple):
    """θ ~ U(lower, upper)."""

    lower: float
    upper: float

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        return jax.random.uniform(key, (count, 1), minval=self.lower, maxval=self.upper)

    def nodes(self, count: int) -> Rule:
        """At least so many, of Gauss and Legendre in equal panels, and their probabilities."""
        abscissae, weights = np.polynomial.legendre.leggauss(NODES_A_PANEL)
        panels = int(np.ceil(count / NODES_A_PANEL))
        edges = np.linspace(self.lower, self.upper, panels + 1)
        points = edges[:-1, None] + np.diff(edges)[:, None] * (abscissae + 1) / 2
        return jnp.asarray(points.reshape(-1, 1)), jnp.asarray(
            np.tile(weights / 2 / panels, panels)
        )

    def log_density(self, parameters: Float[AnyArray, " any"]) -> Float[AnyArray, " any"]:
        """log p of each parameter, −∞ outside the bounds."""
        inside = (parameters >= self.lower) & (parameters <= self.upper)
        return jnp.where(inside, -jnp.log(self.upper - self.lower), -jnp.inf)


def normal(mean: float, deviation: float) -> Prior:
    """θ ~ N(mean, deviation²)."""
    return Normal(mean, deviation)


def uniform(lower: float, upper: float) -> Prior:
    """θ ~ U(lower, upper)."""
    return Uniform(lower, upper)


PRIORS = {"normal": normal, "uniform": uniform}
