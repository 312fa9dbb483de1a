"""Wall time of calls, waited for: the one clock of all that measures what something costs."""

import time
from collections.abc import Callable
from typing import TypeVar

import jax
import numpy as np

Result = TypeVar("Result")


def timed(run: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds of one call, and what it returns."""
    began = time.perf_counter()
    result = jax.block_until_ready(run())
    return time.perf_counter() - began, result


def median_seconds(run: Callable[[], object], repeats: int) -> float:
    """Median seconds of `repeats` calls, of at least one."""
    return float(np.median([timed(run)[0] for _ in range(repeats)]))


def seconds_a_call(run: Callable[[], object], at_least: float) -> float:
    """Mean seconds of as many calls as last at least so many seconds."""
    spent, calls = 0.0, 0
    while calls == 0 or spent < at_least:
        spent += timed(run)[0]
        calls += 1
    return spent / calls
