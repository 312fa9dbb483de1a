"""The runs of a black box put together, for estimates of utilities in place of a model."""

import logging

import numpy as np
import xarray as xr

from boed.design.estimators import StoredRuns
from boed.design.utility_problem import Problem
from boed.jobs import store
from boed.jobs.store import variable
from boed.studies.risk import risk_problem
from boed.studies.risk.risk_problem import StoredProblem
from boed.systems.described import noise_of

LOG = logging.getLogger("boed")
# fewer runs of a design say nothing of its evidence
FEWEST = 2


def gathered(plan: xr.Dataset, chunks: list[xr.Dataset]) -> xr.Dataset:
    """All runs of a study: those of each chunk's samples, one chunk after the other.

    Raises ValueError that names a design of which fewer than two runs gave outputs.
    """
    both = xr.concat(chunks, "sample", data_vars="minimal", coords="minimal", compat="equals")
    runs = xr.merge([plan, both]).transpose("design", "sample", ...)
    ended = runs.ended.values.sum(axis=1)
    LOG.info("%d of %d runs gave outputs", int(ended.sum()), runs.ended.size)
    if ended.min() < FEWEST:
        worst = runs.isel(design=int(ended.argmin()))
        place = dict(
            zip(runs.coordinate.values.tolist(), worst.designs.values.tolist(), strict=True)
        )
        raise ValueError(
            f"{int(ended.min())} of {runs.sizes['sample']} runs at the design {place} gave "
            "outputs, too few for any estimate: the logs of run_black_box say why they failed"
        )
    return runs


def problem(settings: dict, files: list[str]) -> Problem | StoredProblem:
    """What a study's utilities are estimated from: its model, or the stored runs of a black box.

    files: the file of these runs; none where there is a model.
    """
    if not files:
        return risk_problem.problem(settings)
    runs = store.read(files[0])
    predictions, ended = (runs[name].values for name in ("predictions", "ended"))
    return StoredProblem(StoredRuns(predictions, ended > 0), noise_of(settings))


def counted(problem: Problem | StoredProblem) -> dict[str, xr.Variable]:
    """How many runs the estimates of each design rest on, which goes to the log too; nothing where
    there is a model.
    """
    if not isinstance(problem, StoredProblem):
        return {}
    ended = np.asarray(problem.runs.ended)
    number, every = ended.sum(axis=1), ended.shape[1]
    LOG.info(
        "the estimates rest on %d runs of the black box, %d to %d of %d a design; %d have failed",
        ended.sum(),
        number.min(),
        number.max(),
        every,
        (~ended).sum(),
    )
    what = "runs of the black box"
    return {
        "runs": variable("design", number, "1", f"{what} that the estimates rest on"),
        "failed_runs": variable("design", every - number, "1", f"{what} that failed"),
    }
