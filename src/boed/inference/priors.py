"""Priors of the parameters of a model, a vector: independent samples, densities, quantiles, and
quadrature nodes with their probabilities for one parameter.

priors.normal([0.0, 1.0], 2.0).sample(key, 1000)
priors.correlated([priors.normal(0.0, 1.0), priors.uniform(0.0, 1.0)], [[1.0, 0.5], [0.5, 1.0]])
"""

from collections.abc import Callable, Sequence

import numpy as np
from jax.scipy.special import ndtr

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.joint_priors import Correlated, Empirical, Independent, Prior
from boed.inference.marginal_priors import Family, LogNormal, Normal, Truncated, Uniform, Vector

Numbers = int | float | Sequence | AnyArray


def _vectors(**constants: Numbers) -> list[Vector]:
    """Numbers and vectors as vectors of one length; ValueError naming what is not finite or of
    another length.
    """
    arrays = {name: np.atleast_1d(np.asarray(value, float)) for name, value in constants.items()}
    for name, array in arrays.items():
        if array.ndim != 1 or not np.isfinite(array).all():
            raise ValueError(f"a prior's {name} must be finite numbers, not {array.tolist()}")
    lengths = {len(array) for array in arrays.values()}
    if len(lengths - {1}) > 1:
        sizes = ", ".join(f"{len(array)} of {name}" for name, array in arrays.items())
        raise ValueError(f"a prior's vectors must have one length, not {sizes}")
    return [np.broadcast_to(array, (max(lengths),)) for array in arrays.values()]


def _require(valid: AnyArray, rule: str, given: Numbers) -> None:
    if not np.all(valid):
        raise ValueError(f"a prior's {rule}, not {np.asarray(given).tolist()}")


def normal(mean: Numbers, deviation: Numbers) -> Prior:
    """θ ~ N(mean, deviation²): one parameter of numbers, independent ones of vectors."""
    mean, deviation = _vectors(mean=mean, deviation=deviation)
    _require(deviation > 0, "deviation must be positive", deviation)
    return Normal(mean, deviation)


def uniform(lower: Numbers, upper: Numbers) -> Prior:
    """θ ~ U(lower, upper): one parameter of numbers, independent ones of vectors."""
    lower, upper = _vectors(lower=lower, upper=upper)
    _require(lower < upper, "lower bound must be below the upper one", [lower, upper])
    return Uniform(lower, upper)


def lognormal(median: Numbers, log_variance: Numbers) -> Prior:
    """log θ ~ N(log median, log_variance): one parameter of numbers, independent ones of
    vectors.
    """
    median, log_variance = _vectors(median=median, log_variance=log_variance)
    _require(median > 0, "median must be positive", median)
    _require(log_variance > 0, "log_variance must be positive", log_variance)
    return LogNormal(median, log_variance)


def truncated(mean: Numbers, deviation: Numbers, lower: Numbers, upper: Numbers) -> Prior:
    """θ ~ N(mean, deviation²) cut to bounds: one parameter of numbers, independent ones of vectors;
    mean and deviation are those before the cut.
    """
    constants = _vectors(mean=mean, deviation=deviation, lower=lower, upper=upper)
    _require(constants[1] > 0, "deviation must be positive", constants[1])
    _require(constants[2] < constants[3], "lower bound must be below the upper one", constants[2:])
    prior = Truncated(*constants)
    within = np.diff(ndtr(prior.ends), axis=0) > 0
    _require(within, "bounds must hold some of the normal's probability", constants[2:])
    return prior


def independent(priors: Sequence[Prior]) -> Prior:
    """All parameters of these priors, in turn; of one prior, itself."""
    if not priors:
        raise ValueError("a prior needs at least one parameter")
    return priors[0] if len(priors) == 1 else Independent(tuple(priors))


def correlated(priors: Sequence[Prior], correlation: Numbers) -> Prior:
    """The same with these correlations of the parameters' normal scores (a Gaussian copula).

    Raises ValueError unless the matrix has a row a parameter, ones on its diagonal, and is
    symmetric and positive definite; and for a prior given by samples.
    """
    matrix = np.asarray(correlation, float)
    if not all(isinstance(prior, Family) for prior in priors):
        raise ValueError("only distributions can be correlated, not samples: draw them correlated")
    count = sum(len(prior.mean) for prior in priors)
    if matrix.shape != (count, count):
        raise ValueError(f"{count} parameters need {count} × {count} correlations: {matrix.shape}")
    sound = np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1.0)
    if not sound or not np.linalg.eigvalsh(matrix).min() > 0:
        raise ValueError(
            "correlations must be a symmetric, positive definite matrix with ones on its "
            f"diagonal, not {matrix.tolist()}"
        )
    return Correlated(tuple(priors), np.linalg.cholesky(matrix))


def empirical(samples: Numbers) -> Prior:
    """The distribution of draws (draws, parameters); ValueError unless there is one, all finite."""
    draws = np.asarray(samples, float)
    if draws.ndim != 2 or not draws.size or not np.isfinite(draws).all():
        raise ValueError(
            "a prior's samples must be finite numbers, a row a draw and a column a parameter, "
            f"not of shape {draws.shape}"
        )
    return Empirical(draws)


PRIORS: dict[str, Callable[..., Prior]] = {
    "normal": normal,
    "uniform": uniform,
    "lognormal": lognormal,
    "truncated": truncated,
}
