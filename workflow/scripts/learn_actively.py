"""All stages of a study whose own designs teach the model: beliefs, designs, weights and errors of
every stage.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.studies.active import campaign
from boed.studies.assessment import system_history
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.model_error import nodes
from boed.studies.hybrid.stage_files import read_weights
from boed.systems.plume import assumed_flow

STAGE, POINT, BOTH = (
    ("stage", "replicate"),
    ("stage", "replicate", "coordinate"),
    ("stage", "calibration", "replicate"),
)
TRUE, MODELLED = ("stage", "node_x", "node_y"), ("stage", "calibration", "node_x", "node_y")
LAYOUT = {
    "log_probability": (
        ("stage", "replicate", "x", "y"),
        "1",
        "log probability of the cell at the stage's end",
    ),
    "most_probable": (POINT, "length", "MAP source position at the stage's end"),
    "location_error": (
        STAGE,
        "length",
        "distance of the MAP from the true source at the stage's end",
    ),
    "estimate_error": (
        STAGE,
        "length",
        "distance of the belief's point estimate from the true source at the stage's end",
    ),
    "held_error": (
        STAGE,
        "length",
        "distance from the true source of the point at which the calibration holds it",
    ),
    "posterior_spread": (STAGE, "length", "equivalent deviation of the belief at the stage's end"),
    "credible_level": (
        STAGE,
        "1",
        "probability of the credible region that just reaches the true source",
    ),
    "design": (POINT, "length", "physical design"),
    "observation": ((*STAGE, "sensor"), "concentration", "what the physical design measured"),
    "teaching_design": (POINT, "length", "design whose data teach the model"),
    "gain": (STAGE, "nat", "indicator of those data, 0 in a stage without a calibration"),
    "own_gain": (STAGE, "nat", "indicator of the physical design's data"),
    "informative": (STAGE, "1", "1 where the data were informative enough to learn from"),
    "tried": (STAGE, "1", "designs measured until they were, or until the budget ended"),
    "weights": (("stage", "replicate", "weight"), "1", "weights at the stage's end"),
    "field_mean_squared_error": (BOTH, "concentration^2", "mean squared error of the field"),
    "field_relative_error": (BOTH, "1", "relative error of the field"),
    "near_field_relative_error": (BOTH, "1", "relative error of the field near the design"),
    "right_hand_side_error": (BOTH, "1", "relative error of the right-hand side without diffusion"),
    "near_right_hand_side_error": (BOTH, "1", "relative error of that near the design"),
    "simulated_field_relative_error": (
        BOTH,
        "1",
        "relative error of the field with the source where it is held",
    ),
    "near_simulated_field_relative_error": (BOTH, "1", "relative error of that near the design"),
}


def main(snakemake) -> xr.Dataset:
    params, settings = snakemake.params, snakemake.params.settings
    weights = read_weights(snakemake.input.weights, settings["replicates"])
    first = assumed_flow.first_weights(settings["model"], weights)
    record = campaign.run(settings, params.seed, snakemake.wildcards.study, first)
    job.LOG.info(
        "median distance of the MAP by stage: %s", np.median(record.location_error, axis=1).round(4)
    )
    data = {
        name: variable(dims, getattr(record, name), *words)
        for name, (dims, *words) in LAYOUT.items()
    }
    data |= maps(settings, first, record)
    count = settings["belief"]["cells"] ** 2
    data["cells"] = variable(
        (), count, "1", "cells whose likelihood an evaluation of the belief needs"
    )
    offsets = inverse_problem.array_offsets(settings.get("array"))
    data["sensor_offset"] = variable(
        ("sensor", "coordinate"), offsets, "length", "sensor's place about the design"
    )
    data["first_weights"] = variable(
        ("replicate", "weight"), first, "1", "weights before any calibration"
    )
    growth = assumed_flow.growth_of(settings["model"])
    if growth is not None:
        learned = np.asarray(growth.value(record.weights[..., -1]))
        data["growth"] = variable(
            STAGE, learned, "length/time^2", "learned growth of the velocity along x"
        )
    if "velocity" in settings["model"]:
        words = ("length/time^2", "growth that explains most of the learned right-hand side")
        data["attributed_growth"] = variable(STAGE, record.attributed_growth, *words)
    return xr.Dataset(data).assign_coords(coordinates(settings))


def maps(settings: dict, first, record: campaign.Record) -> dict[str, xr.Variable]:
    """The true and the modelled system of the replicate that stands for all at the last stage."""
    study, times = inverse_problem.setup(settings), settings["times"]
    shown = system_history.in_the_middle(record.location_error[-1])
    true = system_history.true_systems(study, times)
    modelled = system_history.modelled_systems(study, times, first[shown], record.weights[:, shown])
    words = {
        "field": ("concentration", "field"),
        "right_hand_side": ("concentration/time", "right-hand side without diffusion"),
    }
    return {
        "shown_replicate": variable(
            (), shown, "1", "replicate of median distance at the last stage"
        )
    } | {
        f"{whose}_{name}": variable(
            dims, getattr(own, name), units, f"{whose} {text} of the shown replicate"
        )
        for whose, dims, own in (("true", TRUE, true), ("modelled", MODELLED, modelled))
        for name, (units, text) in words.items()
    }


def coordinates(settings: dict) -> dict[str, xr.Variable]:
    """Stages, replicates, cells, and the two networks of a stage."""
    cells = inverse_problem.setup(settings).cells
    words = {"units": "1", "long_name": "network used"}
    return {
        "stage": variable("stage", np.arange(1, len(settings["times"]) + 1), "1", "stage"),
        "replicate": variable("replicate", np.arange(settings["replicates"]), "1", "replicate"),
        "calibration": xr.Variable("calibration", ["before", "after"], words),
        "x": variable("x", cells.x, "length", "source position x"),
        "y": variable("y", cells.y, "length", "source position y"),
        "node_x": variable("node_x", nodes(), "length", "x of the field"),
        "node_y": variable("node_y", nodes(), "length", "y of the field"),
    }


if __name__ == "__main__":
    job.run(main, snakemake)
