"""Named statistics of measured numbers, over replicates, with bootstrap intervals. Imports no JAX.

A statistic first makes of every replicate one number, or several (`parts`), and then of all
replicates one.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import xarray as xr
from jaxtyping import Float

BATCH = 100  # resamples at a time, so that a thousand runs fit into memory
Parts = Float[np.ndarray, "parts replicates"]
Resampled = Float[np.ndarray, "*batch parts replicates"]
At = np.ndarray | None


class Measured(NamedTuple):
    """A number with its bootstrap interval; without replicates the interval is the number."""

    value: float
    low: float
    high: float
    replicates: int


@runtime_checkable
class OfReplicates(Protocol):
    """Of every replicate one number, or several."""

    def __call__(self, values: xr.DataArray, along: str, bound: float) -> Parts:
        """(parts, replicate) of values with a dimension `replicate`; not all need `along`, a
        dimension, and `bound`.
        """


@runtime_checkable
class OverReplicates(Protocol):
    """Of all replicates one number."""

    def __call__(self, parts: Resampled, at: At) -> Float[np.ndarray, "*batch"] | float:
        """One number of (…, parts, replicate), for many resamples at a time; at: coordinates of the
        parts.
        """


class Statistic(NamedTuple):
    """Both steps of a statistic."""

    of_replicates: OfReplicates
    over_replicates: OverReplicates


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


@dataclass(frozen=True)
class Ordered:
    """1 for every replicate whose values rise (sign 1) or fall (-1) strictly along a dimension.

    They must at every place along the other dimensions.
    """

    sign: int

    def __call__(self, values: xr.DataArray, along: str, bound: float) -> Parts:
        holds = (self.sign * values.diff(along) > 0).all(others(values))
        return holds.values[None].astype(float)


@dataclass(frozen=True)
class Bounded:
    """1 for every replicate with all values strictly above (sign 1) or below (-1) the bound."""

    sign: int

    def __call__(self, values: xr.DataArray, along: str, bound: float) -> Parts:
        holds = (self.sign * (values - bound) > 0).all(others(values))
        return holds.values[None].astype(float)


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


def median(parts: Resampled, at: At) -> Float[np.ndarray, "*batch"] | float:
    """Median over replicates."""
    return np.median(parts[..., 0, :], axis=-1)


def mean(parts: Resampled, at: At) -> Float[np.ndarray, "*batch"] | float:
    """Mean over replicates: of ones and zeros the share of the ones."""
    return parts[..., 0, :].mean(axis=-1)


def ratio_of_medians(parts: Resampled, at: At) -> Float[np.ndarray, "*batch"] | float:
    """Median of the first of two parts over that of the second."""
    medians = np.median(parts, axis=-1)
    return medians[..., 0] / medians[..., 1]


def variance_slope(parts: Resampled, at: At) -> Float[np.ndarray, "*batch"] | float:
    """Slope in logarithms of the variance over replicates."""
    return logarithmic_slope(np.asarray(at, dtype=float), parts.var(axis=-1, ddof=1))


def bias_slope(parts: Resampled, at: At) -> Float[np.ndarray, "*batch"] | float:
    """Slope in logarithms of the size of the mean over replicates."""
    return logarithmic_slope(np.asarray(at, dtype=float), np.abs(parts.mean(axis=-1)))


STATISTICS = {
    "median": Statistic(single, median),
    "mean": Statistic(single, mean),
    "greatest": Statistic(largest, median),
    "least": Statistic(smallest, median),
    "share_rising": Statistic(Ordered(1), mean),
    "share_falling": Statistic(Ordered(-1), mean),
    "share_above": Statistic(Bounded(1), mean),
    "share_below": Statistic(Bounded(-1), mean),
    "ratio_of_medians": Statistic(series, ratio_of_medians),
    "variance_slope": Statistic(series, variance_slope),
    "bias_slope": Statistic(series, bias_slope),
}


class Wanted(NamedTuple):
    """A statistic by its name; along: the dimension of an order or a slope; bound: of a share."""

    name: str
    along: str = ""
    bound: float = 0.0


class Bootstrap(NamedTuple):
    """Resamples of the replicates, drawn with replacement, and the level of the interval."""

    resamples: int
    level: float
    seed: int

    def interval(self, parts: Parts, over: OverReplicates, at: At) -> tuple[float, float]:
        """(low, high) of a statistic over replicates, by percentiles."""
        count, drawn = parts.shape[-1], []
        generator = np.random.default_rng(self.seed)
        for start in range(0, self.resamples, BATCH):
            size = (min(BATCH, self.resamples - start), count)
            resampled = parts[:, generator.integers(count, size=size)]
            drawn.append(over(np.moveaxis(resampled, 0, 1), at))
        tail = (1 - self.level) / 2
        low, high = np.quantile(np.concatenate(drawn), [tail, 1 - tail])
        return float(low), float(high)


def measure(values: xr.DataArray, wanted: Wanted, bootstrap: Bootstrap) -> Measured:
    """A statistic of values with a dimension `replicate` and any others, with its interval.

    ValueError if it is not finite.
    """
    statistic = STATISTICS[wanted.name]
    # a slope needs the numbers along it, an order may have names
    at = values[wanted.along].values if wanted.along in values.coords else None
    parts = statistic.of_replicates(values, wanted.along, wanted.bound)
    number, count = float(statistic.over_replicates(parts, at)), parts.shape[-1]
    if not np.isfinite(number):
        raise ValueError(f"{wanted.name} is {number}")
    if count == 1:
        return Measured(number, number, number, 1)
    low, high = bootstrap.interval(parts, statistic.over_replicates, at)
    return Measured(number, low, high, count)
