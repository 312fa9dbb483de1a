"""A black box that is a user's function, which JAX never traces: a process of its own calls it, so
that a run can be ended. No JAX here.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from typing import Any

from boed.systems.black_box.command import end
from boed.systems.black_box.outputs import Given, RunFailed, checked


class Process:
    """A process that calls a function; its log: what the function has written."""

    def __init__(self, path: str, name: str):
        descriptor, log = tempfile.mkstemp(prefix="boed_run_")
        os.unlink(log)
        self.log = os.fdopen(descriptor, "w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "boed.systems.black_box.serve", path, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=os.environ | {"OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"},
            start_new_session=True,
        )

    def ask(self, line: str, limit: float | None) -> dict:
        """The answer to a line; RunFailed, and the process has ended, where there is none in time;
        limit: s, None for however long it takes.
        """
        self.log.seek(0)
        self.log.truncate()
        if line:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], limit)[0]:
            written = self.written()
            self.close()
            raise RunFailed(f"ended after its time limit of {limit:g} s", written)
        answer = self.process.stdout.readline()
        if not answer:
            status = self.process.wait()
            raise RunFailed(f"its process ended with status {status}", self.written())
        return json.loads(answer)

    def written(self) -> str:
        """What the function has written since it was asked."""
        self.log.seek(0)
        return self.log.read().decode("utf-8", errors="replace")

    def close(self) -> None:
        """End the process, if that has not been done."""
        if self.log.closed:
            return
        end(self.process)
        for stream in (self.log, self.process.stdin, self.process.stdout):
            stream.close()


@dataclass(frozen=True, eq=False)
class Served:
    """A function of a model file, names of the outputs, and how long a run may take, s; a process
    for each thread that calls.
    """

    path: str
    name: str
    outputs: tuple[str, ...]
    time_limit: float
    _own: threading.local = field(default_factory=threading.local, init=False, repr=False)
    _every: list[Process] = field(default_factory=list, init=False, repr=False)
    _closed: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def __call__(self, given: Given) -> dict[str, float]:
        """The outputs of one run, by name.

        Raises RunFailed for a run without them, ValueError where there is no such function.
        """
        process = self._process()
        answer = process.ask(json.dumps(given), self.time_limit)
        if "failure" in answer:
            raise RunFailed(answer["failure"], process.written())
        try:
            return checked(answer["outputs"], self.outputs)
        except RunFailed as failure:
            raise RunFailed(failure.reason, process.written()) from None

    def close(self) -> None:
        """End all processes, and those that other threads are just starting."""
        self._closed.set()
        for process in self._every:
            process.close()

    def _process(self) -> Process:
        """This thread's process, started where there is none that runs."""
        process: Any = getattr(self._own, "process", None)
        if process is None or process.process.poll() is not None:
            process = Process(self.path, self.name)
            self._every.append(process)
            if self._closed.is_set():
                process.close()
            try:
                answer = process.ask("", None)
            except RunFailed as failure:
                raise ValueError(f"{self.path}: {failure}: {failure.log}") from failure
            if "broken" in answer:
                raise ValueError(answer["broken"])
            self._own.process = process
        return process
