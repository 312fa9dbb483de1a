"""The file of a study whose own designs teach the model, history.nc: its record by stage, and
maps of one replicate.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.jobs.store import variable
from boed.studies.active.record import Record
from boed.studies.assessment import system_history
from boed.studies.hybrid.model_error import nodes
from boed.systems.of_settings import system_of
from boed.systems.plume import assumed_flow
from boed.systems.plume.plume_system import array_offsets

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
MAPPED = {
    "field": ("concentration", "field"),
    "right_hand_side": ("concentration/time", "right-hand side without diffusion"),
}
First = Float[AnyArray, "replicate weight"]


def history_dataset(settings: dict, first: First, record: Record) -> xr.Dataset:
    """A record with all that figures of it need; first: weights before any calibration."""
    kept = {
        name: variable(dims, getattr(record, name), *words)
        for name, (dims, *words) in LAYOUT.items()
    }
    kept |= maps(settings, first, record)
    count, words = settings["belief"]["cells"] ** 2, "cells whose likelihood an evaluation of the"
    kept["cells"] = variable((), count, "1", f"{words} belief needs")
    offsets = array_offsets(settings.get("array"))
    kept["sensor_offset"] = variable(
        ("sensor", "coordinate"), offsets, "length", "sensor's place about the design"
    )
    kept["first_weights"] = variable(
        ("replicate", "weight"), first, "1", "weights before any calibration"
    )
    kept |= growths(settings, record)
    return xr.Dataset(kept).assign_coords(coordinates(settings))


def growths(settings: dict, record: Record) -> dict[str, xr.Variable]:
    """The velocity's growth that is learned, and that which the network stands for; none where the
    model's flow is the true one.
    """
    kept, growth = {}, assumed_flow.growth_of(settings["model"])
    if growth is not None:
        learned = np.asarray(growth.value(record.weights[..., -1]))
        kept["growth"] = variable(
            STAGE, learned, "length/time^2", "learned growth of the velocity along x"
        )
    if "velocity" in settings["model"]:
        words = ("length/time^2", "growth that explains most of the learned right-hand side")
        kept["attributed_growth"] = variable(STAGE, record.attributed_growth, *words)
    return kept


def maps(settings: dict, first: First, record: Record) -> dict[str, xr.Variable]:
    """The true and the modelled system of the replicate that stands for all at the last stage."""
    study, times = system_of(settings), settings["times"]
    shown = system_history.in_the_middle(record.location_error[-1])
    true = system_history.true_systems(study, times)
    modelled = system_history.modelled_systems(study, times, first[shown], record.weights[:, shown])
    words = "replicate of median distance at the last stage"
    return {"shown_replicate": variable((), shown, "1", words)} | {
        f"{whose}_{name}": variable(
            dims, getattr(system, name), units, f"{whose} {text} of the shown replicate"
        )
        for whose, dims, system in (("true", TRUE, true), ("modelled", MODELLED, modelled))
        for name, (units, text) in MAPPED.items()
    }


def coordinates(settings: dict) -> dict[str, xr.Variable]:
    """Stages, replicates, cells, and the two networks of a stage."""
    cells = system_of(settings).cells
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
