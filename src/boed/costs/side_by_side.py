"""A kernel beside the straightforward way to its number: seconds, memory, and how far apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import jax
import numpy as np

from boed.costs.profiling import Cost, cost
from boed.timing import seconds_a_call

TURN = 0.05


class Row(NamedTuple):
    """One line of the table; error: of the kernel, relative, against the baseline or what `setting`
    says.
    """

    kernel: str
    setting: str
    seconds: float
    baseline: str
    baseline_seconds: float
    ratio: float
    peak_mb: float
    error: float


class Way(NamedTuple):
    """A way to a number: its name, a function that can be compiled, its arguments."""

    name: str
    function: Callable
    arguments: tuple


@runtime_checkable
class Error(Protocol):
    """How far what a kernel returns is from what is expected."""

    def __call__(self, returned: Any, expected: Any) -> float:
        """The error, a number without unit."""


def relative(returned, expected) -> float:
    """Greatest distance over the greatest expected value."""
    returned, expected = np.asarray(returned), np.asarray(expected)
    return float(np.abs(returned - expected).max() / np.abs(expected).max())


@dataclass(frozen=True)
class OfPart:
    """The relative error of one part of what both return."""

    number: int

    def __call__(self, returned: Any, expected: Any) -> float:
        return relative(returned[self.number], expected[self.number])


@dataclass(frozen=True)
class FromNumber:
    """The relative distance of a number from one that is known, whatever the other way gives."""

    known: float

    def __call__(self, returned: Any, expected: Any) -> float:
        return abs(float(returned) / self.known - 1)


class Pair(NamedTuple):
    """Two ways to a number, and the words for them in the table."""

    kernel: str
    setting: str
    ours: Way
    other: Way
    error: Error = relative


def needed_megabytes(spent: Cost) -> float:
    """What a run needs beside what the process held before, MB."""
    return (spent.peak_bytes - spent.held_bytes) / 1e6


def side_by_side(pair: Pair, repeats: int) -> Row:
    """Both ways in turn, medians a call.

    A turn is a call, or as many as last TURN seconds: a kernel of a millisecond finds its cache
    filled, as in a search.
    """
    ways = (pair.ours, pair.other)
    (spent, returned), (_, expected) = (
        cost(way.function, *way.arguments, repeats=1) for way in ways
    )
    compiled = [jax.jit(way.function) for way in ways]
    for function, way in zip(compiled, ways, strict=True):
        jax.block_until_ready(function(*way.arguments))
    taken = [[], []]
    for _ in range(repeats):
        for function, way, seconds in zip(compiled, ways, taken, strict=True):
            seconds.append(seconds_a_call(lambda f=function, w=way: f(*w.arguments), TURN))
    quick, slow = (float(np.median(seconds)) for seconds in taken)
    return Row(
        kernel=pair.kernel,
        setting=pair.setting,
        seconds=quick,
        baseline=pair.other.name,
        baseline_seconds=slow,
        ratio=slow / quick,
        peak_mb=needed_megabytes(spent),
        error=float(pair.error(returned, expected)),
    )
