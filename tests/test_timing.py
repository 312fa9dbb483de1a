"""The clock, against calls that take a known time."""

import time

import jax
import jax.numpy as jnp
import pytest

from boed.timing import median_seconds, seconds_a_call, timed


def test_a_call_is_waited_for():
    """JAX returns before the callback has slept."""

    def sleep(x):
        time.sleep(0.1)
        return x

    seconds, result = timed(lambda: jax.jit(lambda x: jax.pure_callback(sleep, x, x))(jnp.ones(1)))
    assert seconds >= 0.1
    assert float(result[0]) == 1.0


def test_median_is_not_moved_by_one_slow_run():
    waits = iter([0.0, 0.0, 0.5])
    assert median_seconds(lambda: time.sleep(next(waits)), 3) < 0.1


def test_quick_calls_are_repeated_and_slow_ones_are_not():
    calls = []

    def wait(seconds):
        calls.append(seconds)
        time.sleep(seconds)

    assert seconds_a_call(lambda: wait(0.01), 0.05) == pytest.approx(0.01, abs=0.008)
    assert 3 <= len(calls) <= 5
    calls.clear()
    assert seconds_a_call(lambda: wait(0.1), 0.05) >= 0.1
    assert len(calls) == 1
