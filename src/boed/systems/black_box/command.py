"""A black box that is a command: a run reads a JSON file and writes one. No JAX here."""

import json
import os
import shlex
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer
from typing import Any

from boed.systems.black_box.outputs import Given, RunFailed, checked


@dataclass(frozen=True, eq=False)
class Command:
    """Words with the places `{input}` and `{output}` among them, names of the outputs, and how long
    a run may take, s. It runs in the folder that Snakemake runs in.
    """

    words: tuple[str, ...]
    outputs: tuple[str, ...]
    time_limit: float
    _running: set[subprocess.Popen] = field(default_factory=set, init=False, repr=False)
    _closed: Event = field(default_factory=Event, init=False, repr=False)

    def __call__(self, given: Given) -> dict[str, float]:
        """The outputs of one run, by name.

        Raises RunFailed for a run without them, ValueError where the command cannot be started.
        """
        with tempfile.TemporaryDirectory(prefix="boed_run_", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / "input.json").write_text(json.dumps(given, indent=2), encoding="utf-8")
            with (folder / "log").open("w+b") as log:
                reason = self._run(folder, log)
                log.seek(0)
                written = log.read().decode("utf-8", errors="replace")
            if reason:
                raise RunFailed(reason, written)
            try:
                return checked(_read(folder / "output.json"), self.outputs)
            except RunFailed as failure:
                raise RunFailed(failure.reason, written) from None

    def close(self) -> None:
        """End all runs that are under way, and those that other threads are just starting."""
        self._closed.set()
        for process in tuple(self._running):
            kill(process)

    def _run(self, folder: Path, log: Any) -> str:
        """Why a run failed; empty for one that ended with status 0."""
        places = {"{input}": str(folder / "input.json"), "{output}": str(folder / "output.json")}
        words = [_filled(word, places) for word in self.words]
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise ValueError(
                f"command: {self.words[0]!r} cannot be started: {error.strerror}"
            ) from error
        self._running.add(process)
        if self._closed.is_set():
            kill(process)
        late = Event()
        # a wait with a limit of its own would look every 0.05 s whether the process has ended
        timer = Timer(self.time_limit, lambda: (late.set(), kill(process)))
        timer.start()
        try:
            status = process.wait()
        finally:
            timer.cancel()
            self._running.discard(process)
            end(process)
        if late.is_set():
            return f"ended after its time limit of {self.time_limit:g} s"
        if status < 0:
            return f"ended by signal {-status}"
        return f"exit status {status}" if status else ""


def of_words(command: str, outputs: tuple[str, ...], time_limit: float) -> Command:
    """The command of a line as a shell would read it; no shell runs it."""
    return Command(tuple(shlex.split(command)), outputs, time_limit)


def end(process: subprocess.Popen) -> None:
    """End a process that leads a session, with all that it has started, and wait for it."""
    kill(process)
    process.wait()


def kill(process: subprocess.Popen) -> None:
    """End a process that leads a session, with all that it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _filled(word: str, places: dict[str, str]) -> str:
    for place, path in places.items():
        word = word.replace(place, path)
    return word


def _environment() -> dict[str, str]:
    """That of the job without what makes this library run; a core a run."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | {"OMP_NUM_THREADS": "1"}


def _read(path: Path) -> Any:
    """What a run wrote; RunFailed for nothing, and for what is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunFailed("wrote no file {output}") from None
    except ValueError as error:
        raise RunFailed(f"what it wrote to {{output}} is no JSON: {error}") from error
