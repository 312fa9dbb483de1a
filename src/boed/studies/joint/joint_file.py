"""The file of a joint study, joint.nc: what its record holds, and how much that evaluates."""

import numpy as np
import xarray as xr

from boed.inference import grid_belief
from boed.jobs.store import variable
from boed.studies.joint.campaign import Record
from boed.studies.joint.design_counts import counts
from boed.studies.joint.search import setup

STRENGTH, POINT = "concentration*length^2/time", ("replicate", "coordinate")
EACH = ("stage", "replicate")
LAYOUT = {
    "location_error": (
        EACH,
        "length",
        "distance of the MAP from the true source at the stage's end",
    ),
    "posterior_spread": (
        EACH,
        "length",
        "equivalent deviation of the position's belief at the stage's end",
    ),
    "credible_level": (
        EACH,
        "1",
        "probability of the credible region that just reaches the true source",
    ),
    "strength_mean": (EACH, STRENGTH, "mean of the source strength at the stage's end"),
    "strength_deviation": (EACH, STRENGTH, "deviation of the source strength at the stage's end"),
    "strength_mode": (EACH, STRENGTH, "most probable source strength at the stage's end"),
    "strength_log_probability": (
        (*EACH, "strength"),
        "1",
        "log probability of the strength at the stage's end",
    ),
    "position_log_probability": (
        (*EACH, "x", "y"),
        "1",
        "log probability of the position at the stage's end",
    ),
    "first_design": (("stage", *POINT), "length", "first design of the stage"),
    "second_design": (("later_stage", *POINT), "length", "second design of the stage"),
}
COUNTED = {
    "design_evaluations": "designs whose information gain the stage computes",
    "model_solutions": "solutions of the model that the stage needs",
    "cell_likelihoods": "likelihoods of single cells that the stage computes",
}


def joint_dataset(settings: dict, record: Record) -> xr.Dataset:
    """A record with the cells of its grid and the counts of its settings; without second designs
    where there are none.
    """
    evaluated, cells = counts(settings), setup(settings).cells
    grid_belief.warn_where_coarse(record.position_log_probability, ("x", "y"))
    axes = {"x": "length", "y": "length", "strength": STRENGTH}
    kept = {
        name: variable(dims, getattr(record, name), *words)
        for name, (dims, *words) in LAYOUT.items()
        if np.size(getattr(record, name))
    }
    kept |= {name: variable(name, getattr(cells, name), unit, name) for name, unit in axes.items()}
    kept |= {
        name: variable("stage", getattr(evaluated, name), "1", text)
        for name, text in COUNTED.items()
    }
    kept["cells"] = variable((), evaluated.cells, "1", "cells of the joint grid")
    return xr.Dataset(kept).assign_coords(coordinates(settings, "second_design" in kept))


def coordinates(settings: dict, second: bool) -> dict[str, xr.Variable]:
    """Stages and replicates; second: whether later stages have a second design."""
    stages = np.arange(1, len(settings["times"]) + 1)
    words = ("1", "stage with a second design")
    later = {"later_stage": variable("later_stage", stages[1:], *words)} if second else {}
    replicates = np.arange(settings["replicates"])
    return {
        "stage": variable("stage", stages, "1", "stage"),
        **later,
        "replicate": variable("replicate", replicates, "1", "replicate"),
    }
