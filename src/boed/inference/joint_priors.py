"""Priors of several parameters put together: independent ones, correlated ones, samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jax.scipy.special import ndtri
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.marginal_priors import (
    Family,
    Parameters,
    Rule,
    Samples,
    Vector,
    refuse_nodes_of,
)

Matrix = Float[np.ndarray, "parameters parameters"]
CURE = "give the parameters' distributions (normal, lognormal, uniform, truncated) instead"


@runtime_checkable
class Prior(Protocol):
    """A prior of a vector of parameters; mean, deviation: of each of them."""

    @property
    def mean(self) -> Vector:
        """E θ of each parameter."""

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each parameter."""

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""

    def log_density(self, parameters: Parameters) -> Float[AnyArray, "*shape"]:
        """log p of each vector of parameters, −∞ where there are none."""

    def quantile(self, probability: Parameters) -> Parameters:
        """What takes uniform numbers in the unit cube to this prior; of independent parameters, the
        quantile of each.
        """

    def nodes(self, count: int) -> Rule:
        """About so many quadrature nodes, and their probabilities; ValueError for more than one
        parameter.
        """


@dataclass(frozen=True, eq=False)
class Independent:
    """Priors of several vectors of parameters side by side, none of which tells of another."""

    parts: tuple[Prior, ...]

    @property
    def mean(self) -> Vector:
        """E θ of each parameter."""
        return np.concatenate([part.mean for part in self.parts])

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each parameter."""
        return np.concatenate([part.deviation for part in self.parts])

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        keys = jax.random.split(key, len(self.parts))
        drawn = [part.sample(own, count) for part, own in zip(self.parts, keys, strict=True)]
        return jnp.concatenate(drawn, axis=-1)

    def log_density(self, parameters: Parameters) -> Float[AnyArray, "*shape"]:
        """log p of each vector of parameters, −∞ where there are none."""
        apart = zip(self.parts, _apart(parameters, self.parts), strict=True)
        return sum(part.log_density(own) for part, own in apart)

    def quantile(self, probability: Parameters) -> Parameters:
        """The quantiles of all parts."""
        apart = zip(self.parts, _apart(probability, self.parts), strict=True)
        return jnp.concatenate([part.quantile(own) for part, own in apart], axis=-1)

    def nodes(self, count: int) -> Rule:
        """ValueError: there is more than one parameter."""
        return refuse_nodes_of(len(self.mean))


@dataclass(frozen=True, eq=False)
class Correlated:
    """A Gaussian copula: the parameters' scores z are N(0, LLᵀ), and each parameter is distributed
    as its family says.

    factor: L, whose rows have length one.
    """

    parts: tuple[Family, ...]
    factor: Matrix

    @property
    def mean(self) -> Vector:
        """E θ of each parameter."""
        return Independent(self.parts).mean

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each parameter."""
        return Independent(self.parts).deviation

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many independent samples."""
        return self._of(jax.random.normal(key, (count, len(self.factor))))

    def log_density(self, parameters: Parameters) -> Float[AnyArray, "*shape"]:
        """log p of each vector of parameters, −∞ where there are none and on the bounds."""
        apart = list(zip(self.parts, _apart(parameters, self.parts), strict=True))
        scores = jnp.concatenate([part.score(own) for part, own in apart], axis=-1)
        inside = jnp.all(jnp.isfinite(scores), axis=-1)
        scores = jnp.where(inside[..., None], scores, 0.0)
        white = jnp.vectorize(self._white, signature="(n)->(n)")(scores)
        copula = 0.5 * jnp.sum(scores**2 - white**2, axis=-1) - np.log(np.diag(self.factor)).sum()
        return jnp.where(inside, copula, -jnp.inf) + sum(
            part.log_density(own) for part, own in apart
        )

    def quantile(self, probability: Parameters) -> Parameters:
        """Each parameter's quantile given those before it (Rosenblatt)."""
        return self._of(ndtri(probability))

    def nodes(self, count: int) -> Rule:
        """ValueError: there is more than one parameter."""
        return refuse_nodes_of(len(self.factor))

    def _white(self, score):
        return solve_triangular(self.factor, score, lower=True)

    def _of(self, white):
        """The parameters of independent standard normal numbers."""
        scores = _apart(white @ self.factor.T, self.parts)
        return jnp.concatenate(
            [part.at_score(own) for part, own in zip(self.parts, scores, strict=True)], axis=-1
        )


@dataclass(frozen=True, eq=False)
class Empirical:
    """Equally probable vectors of parameters, drawn with replacement."""

    samples: Float[np.ndarray, "draws parameters"]

    @property
    def mean(self) -> Vector:
        """Mean of each parameter."""
        return self.samples.mean(axis=0)

    @property
    def deviation(self) -> Vector:
        """Standard deviation of each parameter."""
        return self.samples.std(axis=0)

    def sample(self, key: PRNGKeyArray, count: int) -> Samples:
        """So many of the vectors, drawn independently."""
        return jnp.asarray(self.samples)[jax.random.randint(key, (count,), 0, len(self.samples))]

    def log_density(self, parameters: Parameters) -> Float[AnyArray, "*shape"]:
        """ValueError: there is no density."""
        raise ValueError(f"a prior given by samples has no density: {CURE}")

    def quantile(self, probability: Parameters) -> Parameters:
        """Of one parameter, the sample with this probability to be lower; ValueError for more."""
        if self.samples.shape[1] != 1:
            raise ValueError(f"a prior given by samples of several parameters has none: {CURE}")
        count = len(self.samples)
        rank = jnp.ceil(jnp.asarray(probability) * count).astype(int) - 1
        return jnp.sort(self.samples[:, 0])[jnp.clip(rank, 0, count - 1)]

    def nodes(self, count: int) -> Rule:
        """ValueError: quadrature needs a density."""
        raise ValueError(f"a prior given by samples has no quadrature nodes: {CURE}")


def _apart(values: Parameters, parts: Sequence[Prior]) -> list:
    """The last axis cut into those of the parts."""
    ends = np.cumsum([len(part.mean) for part in parts])[:-1]
    return jnp.split(jnp.asarray(values), ends, axis=-1)
