"""Named statistics of measured numbers, over replicates, with bootstrap intervals. Imports no JAX.

A statistic first makes of every replicate one number, or several (`parts`), and then of all
replicates one.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

BATCH = 100  # resamples at a time, so that a thousand runs fit into memory
Parts = Float[np.ndarray, "parts replicates"]


class Measured(NamedTuple):
    """A number with its bootstrap interval; without replicates the interval is the number."""

    value: float
    low: float
    high: float
    replicates: int


class Statistic(NamedTuple):
    """each: values with a dimension `replicate` to (parts, replicate); over: from there to one.

    `each` takes the dimension `along` and the number `bound`, `over` the coordinates along it.
    `over` works on (…, parts, replicate), for many resamples at a time.
    """

    each: Callable
    over: Callable


def others(values: xr.DataArray) -> list:
    """All dimensions but that of the replicates."""
    return [dim for dim in values.dims if dim != "replicate"]


def single(values: xr.DataArray, along: str, bound: float) -> Parts:
    """The values themselves; ValueError where a replicate has more than one."""
    if any(values.sizes[dim] > 1 for dim in others(values)):
        raise ValueError(f"one number a replicate is needed, got {dict(values.sizes)}")
    return values.squeeze(others(values)).values[None]


def largest(values: xr.DataArray, along: str, bound: float) -> Parts:
    """The largest value of every replicate."""
    return values.max(others(values)).values[None]


def smallest(values: xr.DataArray, along: str, bound: float) -> Parts:
    """The smallest value of every replicate."""
    return values.min(others(values)).values[None]


def ordered(sign: int) -> Callable:
    """1 for every replicate whose values rise (sign 1) or fall (-1) strictly along a dimension.

    They must at every place along the other dimensions.
    """

    def each(values: xr.DataArray, along: str, bound: float) -> Parts:
        holds = (sign * values.diff(along) > 0).all(others(values))
        return holds.values[None].astype(float)

    return each


def bounded(sign: int) -> Callable:
    """1 for every replicate with all values strictly above (sign 1) or below (-1) the bound."""

    def each(values: xr.DataArray, along: str, bound: float) -> Parts:
        return (sign * (values - bound) > 0).all(others(values)).values[None].astype(float)

    return each


def series(values: xr.DataArray, along: str, bound: float) -> Parts:
    """The values along a dimension, one part each."""
    return values.transpose(along, "replicate").values


def logarithmic_slope(
    at: Float[np.ndarray, " steps"], values: Float[np.ndarray, "*batch steps"]
) -> Float[np.ndarray, "*batch"] | float:
    """Slope of a least-squares line through log values (last axis) over log `at`; both positive."""
    x = np.log(at)
    x = x - x.mean()
    return np.log(values) @ x / (x @ x)


def median(parts: np.ndarray, at) -> np.ndarray | float:
    """Median over replicates."""
    return np.median(parts[..., 0, :], axis=-1)


def mean(parts: np.ndarray, at) -> np.ndarray | float:
    """Mean over replicates: of ones and zeros the share of the ones."""
    return parts[..., 0, :].mean(axis=-1)


def ratio_of_medians(parts: np.ndarray, at) -> np.ndarray | float:
    """Median of the first of two parts over that of the second."""
    medians = np.median(parts, axis=-1)
    return medians[..., 0] / medians[..., 1]


def variance_slope(parts: np.ndarray, at) -> np.ndarray | float:
    """Slope in logarithms of the variance over replicates."""
    return logarithmic_slope(np.asarray(at, dtype=float), parts.var(axis=-1, ddof=1))


def bias_slope(parts: np.ndarray, at) -> np.ndarray | float:
    """Slope in logarithms of the size of the mean over replicates."""
    return logarithmic_slope(np.asarray(at, dtype=float), np.abs(parts.mean(axis=-1)))


STATISTICS = {
    "median": Statistic(single, median),
    "mean": Statistic(single, mean),
    "greatest": Statistic(largest, median),
    "least": Statistic(smallest, median),
    "share_rising": Statistic(ordered(1), mean),
    "share_falling": Statistic(ordered(-1), mean),
    "share_above": Statistic(bounded(1), mean),
    "share_below": Statistic(bounded(-1), mean),
    "ratio_of_medians": Statistic(series, ratio_of_medians),
    "variance_slope": Statistic(series, variance_slope),
    "bias_slope": Statistic(series, bias_slope),
}


def bootstrap(
    parts: Parts,
    over: Callable,
    at,
    resamples: int,
    level: float,
    seed: int,
) -> tuple[float, float]:
    """(low, high) of the statistic over replicates drawn again with replacement, by percentiles."""
    count, found = parts.shape[-1], []
    generator = np.random.default_rng(seed)
    for start in range(0, resamples, BATCH):
        drawn = generator.integers(count, size=(min(BATCH, resamples - start), count))
        found.append(over(np.moveaxis(parts[:, drawn], 0, 1), at))
    tail = (1 - level) / 2
    low, high = np.quantile(np.concatenate(found), [tail, 1 - tail])
    return float(low), float(high)


def measure(
    values: xr.DataArray,
    name: str,
    along: str,
    bound: float,
    resamples: int,
    level: float,
    seed: int,
) -> Measured:
    """A statistic by its name, of values with a dimension `replicate` and any others.

    ValueError if it is not finite.
    """
    statistic = STATISTICS[name]
    # a slope needs the numbers along it, an order may have names
    at = values[along].values if along in values.coords else None
    parts = statistic.each(values, along, bound)
    number, count = float(statistic.over(parts, at)), parts.shape[-1]
    if not np.isfinite(number):
        raise ValueError(f"{name} is {number}")
    if count == 1:
        return Measured(number, number, number, 1)
    interval = bootstrap(parts, statistic.over, at, resamples, level, seed)
    return Measured(number, *interval, count)
