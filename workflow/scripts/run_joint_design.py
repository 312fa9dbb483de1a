"""Design over the source's position and strength together, all stages and replicates: the hybrid
method's reference.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.studies.joint import joint_design

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


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    record = joint_design.run(settings, snakemake.params.seed, snakemake.wildcards.study)
    costs, stages = joint_design.costs(settings), np.arange(1, len(settings["times"]) + 1)
    job.LOG.info(
        "median distance of the MAP by stage: %s", np.median(record.location_error, axis=1).round(4)
    )
    job.LOG.info("median strength by stage: %s", np.median(record.strength_mean, axis=1).round(3))
    cells = joint_design.setup(settings).cells
    axes = {"x": "length", "y": "length", "strength": STRENGTH}
    dataset = xr.Dataset(
        {
            name: variable(dims, getattr(record, name), *words)
            for name, (dims, *words) in LAYOUT.items()
            if np.size(getattr(record, name))
        }
        | {name: variable(name, getattr(cells, name), unit, name) for name, unit in axes.items()}
    )
    later = {"later_stage": variable("later_stage", stages[1:], "1", "stage with a second design")}
    later = later if "second_design" in dataset else {}
    dataset = dataset.assign(
        {name: variable("stage", getattr(costs, name), "1", text) for name, text in COUNTED.items()}
    )
    return dataset.assign(
        cells=variable((), costs.cells, "1", "cells of the joint grid")
    ).assign_coords(
        stage=variable("stage", stages, "1", "stage"),
        **later,
        replicate=variable("replicate", np.arange(settings["replicates"]), "1", "replicate"),
    )


if __name__ == "__main__":
    job.run(main, snakemake)
