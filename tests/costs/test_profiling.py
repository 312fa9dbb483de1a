"""Costs of compiled functions against sizes and times that are known."""

import os
import subprocess
import sys
import time

import jax
import jax.numpy as jnp
import pytest

from boed.costs.profiling import cost

MEGABYTES_200 = 25_000_000


def test_peak_memory_is_that_of_the_arrays_a_run_needs():
    """200 MB in, 200 MB out; what is not needed at once is not counted."""
    argument = jnp.ones(MEGABYTES_200)
    found, result = cost(lambda x: jnp.sin(x) + 1, argument, repeats=1)
    assert result.shape == argument.shape
    assert found.planned_bytes == pytest.approx(2 * 8 * MEGABYTES_200, rel=0.01)
    assert found.held_bytes > 8 * MEGABYTES_200
    if sys.platform == "linux":
        assert found.peak_bytes - found.held_bytes == pytest.approx(8 * MEGABYTES_200, rel=0.1)


def test_compiling_and_running_are_timed_apart():
    def slow(x):
        return jax.pure_callback(lambda x: time.sleep(0.2) or x, x, x)

    found, _ = cost(slow, jnp.ones(1), repeats=3)
    assert 0.2 <= found.seconds <= 0.4
    assert found.compile_seconds > 0


def test_the_cache_of_compilations_stays_as_it_was():
    before = jax.config.jax_enable_compilation_cache
    cost(jnp.sin, jnp.ones(1), repeats=1)
    assert jax.config.jax_enable_compilation_cache == before


def test_a_process_of_its_own_gives_its_memory_back():
    """In a fresh interpreter, since a process that has run JAX must not fork."""
    code = (
        "import os; from boed.costs.profiling import in_own_process\n"
        "def own(n): return os.getpid(), len(bytearray(n))\n"
        "pid, size = in_own_process(own, 10**8)\n"
        "assert pid != os.getpid() and size == 10**8\n"
        "try: in_own_process(divmod, 1, 0)\n"
        "except ZeroDivisionError: print('raised')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False
    )
    assert ran.stdout.strip() == "raised", ran.stderr
