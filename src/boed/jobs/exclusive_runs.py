"""Processes that prepare together and run one at a time: compiling fills all cores, and what is
timed is alone.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

Alone = Callable[[], AbstractContextManager]


class Turns(NamedTuple):
    """Where processes wait until all are prepared, and what the one that runs holds."""

    prepared: threading.Barrier
    running: AbstractContextManager

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until all are prepared, then run while the others wait."""
        self.prepared.wait()
        with self.running:
            yield


def together(function: Callable, calls: Sequence[tuple], processes: int) -> Iterator:
    """function(*arguments, alone) for several calls, in a process of its own that ends
    with it.

    So many at a time; inside the context that `alone` gives, which each must enter once, one runs
    and the others wait. Processes are forked, so imports are not repeated: the caller must not have
    run anything of JAX yet. One thread each, as the workflow's other jobs have. Raises what a
    process raised, RuntimeError if one was killed.
    """
    for start in range(0, len(calls), processes):
        yield from _batch(function, calls[start : start + processes])


def _batch(function: Callable, calls: Sequence[tuple]) -> list:
    """The results of processes that wait for each other."""
    context = multiprocessing.get_context("fork")
    turns, ends, workers = Turns(context.Barrier(len(calls)), context.Lock()), [], []
    for arguments in calls:
        ours, theirs = context.Pipe(duplex=False)
        workers.append(context.Process(target=_work, args=(theirs, turns, function, arguments)))
        workers[-1].start()
        theirs.close()
        ends.append(ours)
    results = _gathered(ends, turns)
    for worker in workers:
        worker.join()
    errors = [error for _, error in results.values() if error is not None]
    # those that waited for the one that failed only say that it did
    for error in sorted(errors, key=lambda error: isinstance(error, threading.BrokenBarrierError)):
        raise error
    return [results[end][0] for end in ends]


def _work(end: Connection, turns: Turns, function: Callable, arguments: tuple) -> None:
    """What a process does: runs the function and sends what it gives, or its error."""
    # read when the first array is made, which no process of these has done
    os.environ["NPROC"] = "1"
    try:
        end.send((function(*arguments, turns.alone), None))
    except Exception as error:
        turns.prepared.abort()
        end.send((None, error))


def _gathered(ends: Sequence[Connection], turns: Turns) -> dict:
    """{connection: (result, error)} as the processes end."""
    results = {}
    while len(results) < len(ends):
        for end in wait([end for end in ends if end not in results]):
            try:
                results[end] = end.recv()
            except EOFError:
                # killed, so it cannot say so itself
                turns.prepared.abort()
                results[end] = (
                    None,
                    RuntimeError("a process of a measurement was killed: is there enough memory?"),
                )
    return results
