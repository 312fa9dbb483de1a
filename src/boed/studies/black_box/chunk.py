"""One job's runs of a black box: those of some samples at all designs, several at once.

Each is kept as soon as it ends, so that a job that is killed loses those that were running. No JAX
here.
"""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np
import xarray as xr

from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.studies.black_box.records import DONE, Outcome, Records
from boed.systems.black_box.outputs import Given, RunFailed
from boed.systems.black_box.solver import Solver, solver_of

LOG = logging.getLogger("boed")
# what a run depends on beside parameters and design
IDENTITY = ("command", "file", "black_box", "files")


def records_of(settings: dict, folder: Path) -> Records:
    """The records of a study's runs below a folder."""
    identity = {name: settings[name] for name in IDENTITY if name in settings}
    outputs = tuple(settings.get("outputs") or ["y"])
    return Records(folder, identity, outputs, settings["time_limit"])


def givens(plan: xr.Dataset) -> Iterator[Given]:
    """Parameters and design of every run, by name: designs one after the other of each sample."""
    names, coordinates = plan.parameter.values.tolist(), plan.coordinate.values.tolist()
    for parameters in plan.parameters.values.tolist():
        for design in plan.designs.values.tolist():
            yield {
                "parameters": dict(zip(names, parameters, strict=True)),
                "design": dict(zip(coordinates, design, strict=True)),
            }


@dataclass(frozen=True, eq=False)
class Recorded:
    """Runs of a solver, each recorded when it ends; `stopped`: those that end now have been ended
    with their job, and have not failed.
    """

    solver: Solver
    records: Records
    stopped: Event

    def __call__(self, given: Given) -> Outcome:
        """What a run gave, or why it failed, which goes to the log with what it wrote."""
        if self.stopped.is_set():
            raise RuntimeError("the job has been stopped")
        began = time.perf_counter()
        try:
            outcome = Outcome(self.solver(given), time.perf_counter() - began)
        except RunFailed as failure:
            if self.stopped.is_set():
                raise
            seconds = time.perf_counter() - began
            outcome = Outcome(None, seconds, failure.reason, failure.log)
        path = self.records.write(given, outcome)
        if outcome.outputs is None:
            LOG.warning("%s; its record is %s", failed(given, outcome), path)
        return outcome


def failed(given: Given, outcome: Outcome) -> str:
    """Which run failed, why, and the end of what it wrote."""
    words = [f"{name} = {value:.6g}" for part in given.values() for name, value in part.items()]
    written = f"; it wrote: {outcome.log}" if outcome.log else ""
    return f"the run with {', '.join(words)} failed: {outcome.reason}{written}"


def made(runs: list[Given], solver: Callable[[], Solver], records: Records, at_once: int):
    """The outcomes of runs, in their order: from records, or made, so many at once."""
    # samples of a table may be the same: one run for all of them
    each = {records.path(given, DONE): given for given in runs}
    known = {name: records.read(given) for name, given in each.items()}
    missing = [name for name, outcome in known.items() if outcome is None]
    LOG.info("%d of %d runs are there from earlier", len(each) - len(missing), len(each))
    for name, outcome in known.items():
        if outcome is not None and outcome.outputs is None:
            LOG.warning("earlier, %s", failed(each[name], outcome))
    if missing:
        made_now = _all_made([each[name] for name in missing], solver(), records, at_once)
        known |= dict(zip(missing, made_now, strict=True))
    return [known[records.path(given, DONE)] for given in runs]


def _all_made(runs: list[Given], solver: Solver, records: Records, at_once: int) -> list[Outcome]:
    """The outcomes of runs that no record holds; what stops the job ends those under way."""
    stopped, pool = Event(), ThreadPoolExecutor(at_once)
    make = Recorded(solver, records, stopped)
    try:
        waiting = [pool.submit(make, given) for given in runs]
        return [future.result() for future in in_turn(waiting, "run")]
    finally:
        stopped.set()
        solver.close()
        pool.shutdown(cancel_futures=True)


def chunk(settings: dict, plan: xr.Dataset, folder: Path, at_once: int) -> xr.Dataset:
    """The predictions of the plan's samples at all designs, 0 for those of runs that failed.

    Raises ValueError where the black box cannot be started.
    """
    records, runs = records_of(settings, folder), list(givens(plan))
    outcomes = made(runs, lambda: solver_of(settings), records, at_once)
    names, shape = records.outputs, (plan.sizes["sample"], plan.sizes["design"])
    values = [
        [0.0] * len(names) if one.outputs is None else [one.outputs[name] for name in names]
        for one in outcomes
    ]
    ended = np.reshape([one.outputs is not None for one in outcomes], shape)
    LOG.info("%d of %d runs failed", int((~ended).sum()), ended.size)
    blocks = settings.get("outputs") or {"y": {}}
    units = [block.get("unit", "1") for block in blocks.values()]
    words = "output of a run, 0 where it failed"
    data = {
        "predictions": variable(
            ("sample", "design", "output"), np.reshape(values, (*shape, -1)), _unit(units), words
        ),
        "ended": variable(
            ("sample", "design"), ended.astype(float), "1", "1 where a run gave outputs, else 0"
        ),
        "output": variable("output", list(names), "1", "output"),
        "output_unit": variable("output", units, "1", "unit of the output"),
    }
    return xr.Dataset(data)


def _unit(units: list[str]) -> str:
    """The unit that all outputs share, or that each has its own."""
    return units[0] if len(set(units)) == 1 else "that of its output"
