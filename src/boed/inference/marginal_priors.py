"""Families of distributions of one parameter, or of several independent ones: what a prior of
many parameters is put together from.

A score is the standard normal number of the same probability: by scores any family can be
correlated.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import log_ndtr, ndtr, ndtri
from jax.scipy.stats import norm
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Parameters = Float[AnyArray, "*shape parameters"]
Samples = Float[AnyArray, "samples parameters"]
Rule = tuple[Float[AnyArray, "nodes 1"], Float[AnyArray, " nodes"]]
Vector = Float[np.ndarray, " parameters"]
Vectors = Float[np.ndarray, "constants parameters"]

NODES_A_PANEL = 10
REACH = 9.0
# nodes from which a truncated normal's mean and deviation are computed
MOMENT_NODES = 400


class Family:
    """What the families share, from the functions of each component that they give."""

    def log_density(self, parameters: Parameters) -> Float[AnyArray, "*shape"]:
        """log p of each vector of parameters, −∞ where there are none."""
        return jnp.sum(self.log_densities(parameters), axis=-1)

    def quantile(self, probability: Parameters) -> Parameters:
        """Each component's value that is exceeded with probability 1 − p."""
        return self.at_score(ndtri(probability))

    def nodes(self, count: int) -> Rule:
        """About so many quadrature nodes, and their probabilities; ValueError for more than one
        parameter.
        """
        refuse_nodes_of(len(self.mean))
        return self._nodes(count)


@dataclass(frozen=True, eq=False)
class Normal(Family):
    """θ ~ N(mean, deviation²)."""

    mean: Vector
    deviation: Vector

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        return self.at_score(jax.random.normal(key, (count, len(self.mean))))

    def at_score(self, score: Parameters) -> Parameters:
        """The values with these scores."""
        return self.mean + self.deviation * score

    def score(self, parameters: Parameters) -> Parameters:
        """The scores of these values."""
        return (parameters - self.mean) / self.deviation

    def log_densities(self, parameters: Parameters) -> Parameters:
        """log p of each component."""
        return norm.logpdf(parameters, self.mean, self.deviation)

    def _nodes(self, count):
        """Those of the trapezoidal rule over ± nine deviations."""
        standard, weights = trapezoidal(count)
        return jnp.asarray(self.mean + self.deviation * standard[:, None]), weights


@dataclass(frozen=True, eq=False)
class LogNormal(Family):
    """log θ ~ N(log median, log_variance)."""

    median: Vector
    log_variance: Vector

    @property
    def mean(self) -> Vector:
        """E θ of each component."""
        return self.median * np.exp(self.log_variance / 2)

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each component."""
        return self.mean * np.sqrt(np.expm1(self.log_variance))

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        return self.at_score(jax.random.normal(key, (count, len(self.median))))

    def at_score(self, score: Parameters) -> Parameters:
        """The values with these scores."""
        return self.median * jnp.exp(np.sqrt(self.log_variance) * score)

    def score(self, parameters: Parameters) -> Parameters:
        """The scores of these values, −∞ of those that are not positive."""
        positive = parameters > 0
        logarithm = jnp.log(jnp.where(positive, parameters, 1.0) / self.median)
        return jnp.where(positive, logarithm / np.sqrt(self.log_variance), -jnp.inf)

    def log_densities(self, parameters: Parameters) -> Parameters:
        """log p of each component, −∞ where it is not positive."""
        positive = parameters > 0
        inside = jnp.where(positive, parameters, 1.0)
        density = norm.logpdf(
            jnp.log(inside), np.log(self.median), np.sqrt(self.log_variance)
        ) - jnp.log(inside)
        return jnp.where(positive, density, -jnp.inf)

    def _nodes(self, count):
        """Those of the trapezoidal rule over the logarithm, ± nine deviations."""
        standard, weights = trapezoidal(count)
        return self.at_score(jnp.asarray(standard[:, None])), weights


@dataclass(frozen=True, eq=False)
class Uniform(Family):
    """θ ~ U(lower, upper)."""

    lower: Vector
    upper: Vector

    @property
    def mean(self) -> Vector:
        """E θ of each component."""
        return (self.lower + self.upper) / 2

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each component."""
        return (self.upper - self.lower) / np.sqrt(12)

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        shape = (count, len(self.lower))
        return jax.random.uniform(key, shape, minval=self.lower, maxval=self.upper)

    def at_score(self, score: Parameters) -> Parameters:
        """The values with these scores."""
        return self.quantile(ndtr(score))

    def quantile(self, probability: Parameters) -> Parameters:
        """The values with these probabilities to be lower."""
        return self.lower + (self.upper - self.lower) * probability

    def score(self, parameters: Parameters) -> Parameters:
        """The scores of these values, infinite from the bounds on."""
        return ndtri(jnp.clip((parameters - self.lower) / (self.upper - self.lower), 0.0, 1.0))

    def log_densities(self, parameters: Parameters) -> Parameters:
        """log p of each component, −∞ outside the bounds."""
        inside = (parameters >= self.lower) & (parameters <= self.upper)
        return jnp.where(inside, -jnp.log(self.upper - self.lower), -jnp.inf)

    def _nodes(self, count):
        """At least so many, of Gauss and Legendre in equal panels."""
        points, weights = panels(self.lower[0], self.upper[0], count)
        return jnp.asarray(points[:, None]), jnp.asarray(weights)


@dataclass(frozen=True, eq=False)
class Truncated(Family):
    """θ ~ N(centre, width²) given that lower ≤ θ ≤ upper.

    All is computed on the side of the normal where its probabilities are small numbers and not
    numbers near one: side is −1 where that is the mirrored one.
    """

    centre: Vector
    width: Vector
    lower: Vector
    upper: Vector

    @property
    def side(self) -> Vector:
        """1 or −1 of each component."""
        return np.where(self.lower + self.upper > 2 * self.centre, -1.0, 1.0)

    @property
    def ends(self) -> Vectors:
        """Both bounds on that side, in standard units, the lesser first."""
        both = (np.stack([self.lower, self.upper]) - self.centre) / self.width * self.side
        return np.sort(both, axis=0)

    @property
    def mean(self) -> Vector:
        """E θ of each component."""
        return self._moments()[0]

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each component."""
        return np.sqrt(self._moments()[1])

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        return self.quantile(jax.random.uniform(key, (count, len(self.centre))))

    def at_score(self, score: Parameters) -> Parameters:
        """The values with these scores."""
        low, high = ndtr(self.ends)
        # the probability of a score on the mirrored side is that of its negative
        standard = ndtri(low + (high - low) * ndtr(self.side * score))
        return jnp.clip(self.centre + self.width * self.side * standard, self.lower, self.upper)

    def score(self, parameters: Parameters) -> Parameters:
        """The scores of these values, infinite from the bounds on."""
        low, high = ndtr(self.ends)
        probability = (ndtr(self.side * (parameters - self.centre) / self.width) - low) / (
            high - low
        )
        return self.side * ndtri(jnp.clip(probability, 0.0, 1.0))

    def log_densities(self, parameters: Parameters) -> Parameters:
        """log p of each component, −∞ outside the bounds."""
        inside = (parameters >= self.lower) & (parameters <= self.upper)
        density = norm.logpdf(parameters, self.centre, self.width) - self.log_probability
        return jnp.where(inside, density, -jnp.inf)

    @property
    def log_probability(self) -> Float[AnyArray, " parameters"]:
        """log of what the whole normal has between the bounds."""
        low, high = log_ndtr(self.ends)
        return high + jnp.log1p(-jnp.exp(low - high))

    def _nodes(self, count):
        """Of Gauss and Legendre between the bounds or ± nine deviations."""
        points, weights = self._rule(0, count)
        return jnp.asarray(points[:, None]), jnp.asarray(weights)

    def _rule(self, index, count):
        """Nodes of one component and their probabilities."""
        low, high = np.clip(self.ends[:, index], -REACH, REACH)
        if not low < high:
            low, high = self.ends[:, index]
        standard, weights = panels(low, high, count)
        weights = weights * np.exp(-0.5 * (standard**2 - np.min(standard**2)))
        points = self.centre[index] + self.width[index] * self.side[index] * standard
        rising = np.argsort(points)
        return points[rising], weights[rising] / weights.sum()

    def _moments(self):
        """Mean and variance of every component."""
        rules = [self._rule(index, MOMENT_NODES) for index in range(len(self.centre))]
        means = np.array([weights @ points for points, weights in rules])
        spread = [
            weights @ (points - mean) ** 2
            for (points, weights), mean in zip(rules, means, strict=True)
        ]
        return means, np.array(spread)


def trapezoidal(count: int) -> tuple[Vector, Float[AnyArray, " nodes"]]:
    """Standard normal nodes over ± nine deviations, and their probabilities."""
    standard = np.linspace(-REACH, REACH, count)
    weights = np.exp(-0.5 * standard**2)
    return standard, jnp.asarray(weights / weights.sum())


def panels(lower: float, upper: float, count: int) -> tuple[Vector, Vector]:
    """At least so many nodes of Gauss and Legendre in equal panels, and their probabilities under
    the uniform distribution.
    """
    abscissae, weights = np.polynomial.legendre.leggauss(NODES_A_PANEL)
    number = int(np.ceil(count / NODES_A_PANEL))
    edges = np.linspace(lower, upper, number + 1)
    points = edges[:-1, None] + np.diff(edges)[:, None] * (abscissae + 1) / 2
    return points.ravel(), np.tile(weights / 2 / number, number)


def refuse_nodes_of(parameters: int) -> None:
    """Raise ValueError unless there is one parameter."""
    if parameters != 1:
        raise ValueError(
            f"quadrature nodes are for a prior of one parameter, not of {parameters}: use samples"
        )
