"""What a compiled function costs: compile and run time apart, memory as XLA plans it and as the
process holds it.
"""

import ctypes
import multiprocessing
import os
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jax

import boed.runtime  # noqa: F401
from boed.jobs.exclusive_runs import Alone
from boed.timing import median_seconds, timed

Result = TypeVar("Result")
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Cost(NamedTuple):
    """Seconds to trace and compile, median seconds of a run; bytes at the peak, planned by XLA and
    of the process.

    held_bytes: what the process held before the first run, the interpreter and its libraries among
    it.
    """

    compile_seconds: float
    seconds: float
    planned_bytes: float
    peak_bytes: float
    held_bytes: float


WORDS = {
    "compile_seconds": ("s", "time to trace and compile"),
    "seconds": ("s", "median time of a run"),
    "planned_bytes": ("byte", "memory of the compiled program, by XLA's own analysis"),
    "peak_bytes": ("byte", "peak of the process's memory during a run"),
    "held_bytes": ("byte", "memory of the process before it"),
}


def cost(
    function: Callable, *arguments, repeats: int, alone: Alone = nullcontext
) -> tuple[Cost, object]:
    """What `function`, not yet compiled, costs for these arguments, and what it returns; no cache
    of compilations.

    alone: () → the context in which it runs, as processes get it from `jobs.exclusive_runs`.
    """
    cached = jax.config.jax_enable_compilation_cache
    jax.config.update("jax_enable_compilation_cache", False)
    compile_seconds, compiled = timed(lambda: jax.jit(function).lower(*arguments).compile())
    jax.config.update("jax_enable_compilation_cache", cached)
    with alone():
        _give_back()
        held = _resident("VmRSS")
        _forget_peak()
        result = jax.block_until_ready(compiled(*arguments))
        peak = _resident("VmHWM")
        seconds = median_seconds(lambda: compiled(*arguments), repeats)
    plan = compiled.memory_analysis()
    planned = plan.temp_size_in_bytes + plan.argument_size_in_bytes + plan.output_size_in_bytes
    return Cost(compile_seconds, seconds, float(planned), peak, held), result


def in_own_process(function: Callable[..., Result], *arguments: Any) -> Result:
    """function(*arguments) in a process of its own, whose memory and compiled functions are gone
    afterwards.

    The process is forked, so imports are not repeated: the caller must not have run anything of JAX
    yet. One thread, as the workflow's other jobs have.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        return pool.submit(_with_one_thread, function, *arguments).result()


def _with_one_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    # read when the first array is made, which no process of these has done
    os.environ["NPROC"] = "1"
    return function(*arguments)


def _resident(name: str) -> float:
    """A memory of this process in bytes; where there is no /proc, its peak so far."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1.0
    line = next(
        line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(name)
    )
    return float(line.split()[1]) * 1024


def _give_back() -> None:
    """Give what compiling has freed back to the system, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _forget_peak() -> None:
    """Start the process's peak again from what it holds now, where Linux lets it."""
    try:
        RESET.write_text("5", encoding="ascii")
    except OSError:
        return
