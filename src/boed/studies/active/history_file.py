"""The file of a study whose own designs teach the model, history.nc: its record by stage, and
maps of one replicate.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.inference import grid_belief
from boed.jobs.store import variable
from boed.studies.active.record import OF_A_FIELD, Record
from boed.studies.assessment import system_history
from boed.studies.assessment.model_error import nodes
from boed.studies.hybrid.beliefs import of_particles
from boed.systems.of_settings import system_of
from boed.systems.plume import assumed_flow
from boed.systems.plume.plume_system import PlumeSystem, array_offsets
from boed.systems.quantities import common_unit
from boed.systems.system import System

STAGE, POINT, BOTH = (
    ("stage", "replicate"),
    ("stage", "replicate", "coordinate"),
    ("stage", "calibration", "replicate"),
)
TRUE, MODELLED = ("stage", "node_x", "node_y"), ("stage", "calibration", "node_x", "node_y")
LAYOUT = {
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
    system = system_of(settings)
    if not of_particles(system):
        grid_belief.warn_where_coarse(record.log_probability, system.cells.names)
    kept = beliefs(system, record) | {
        name: variable(dims, getattr(record, name), *words)
        for name, (dims, *words) in layout(system).items()
    }
    count = int(np.prod(record.log_probability.shape[2:]))
    words = "cells whose likelihood an evaluation of the belief needs"
    kept["cells"] = variable((), count, "1", words)
    if isinstance(system, PlumeSystem):
        kept |= of_plume(settings, first, record)
    kept["first_weights"] = variable(
        ("replicate", "weight"), first, "1", "weights before any calibration"
    )
    return xr.Dataset(kept).assign_coords(coordinates(settings))


def layout(system: System) -> dict[str, tuple]:
    """LAYOUT in the units of a system's own designs, outputs and distances, and without the errors
    that it does not have.
    """
    quantities = system.quantities
    output = common_unit(quantities.outputs)
    units = {
        "length": system.distance_unit,
        "concentration": output,
        "concentration^2": f"{output}^2",
    }
    lacking = () if isinstance(system, PlumeSystem) else OF_A_FIELD
    own = {
        name: (dims, units.get(unit, unit), words)
        for name, (dims, unit, words) in LAYOUT.items()
        if name not in lacking
    }
    place = common_unit(quantities.designs)
    for name in ("design", "teaching_design"):
        own[name] = (POINT, place, LAYOUT[name][2])
    dims, _, words = own["observation"]
    own["observation"] = ((*dims, "output")[: len(dims) + len(system.outputs)], output, words)
    return own


def beliefs(system: System, record: Record) -> dict[str, xr.Variable]:
    """Log probabilities of the cells, or of particles and where these are, and the most probable
    parameters.
    """
    quantities = system.quantities
    place, unit = quantities.parameter_dimension, common_unit(quantities.parameters)
    words = "most probable parameters (MAP) at the stage's end"
    most_probable = variable((*STAGE, place), record.most_probable, unit, words)
    dims, what, kept = tuple(q.name for q in quantities.parameters), "cell", {}
    if of_particles(system):
        dims, what = ("particle",), "particle"
        words = "parameters of every particle at the stage's end"
        kept["particles"] = variable((*STAGE, *dims, place), record.particles, unit, words)
    words = f"log probability of the {what} at the stage's end"
    log_probability = variable((*STAGE, *dims), record.log_probability, "1", words)
    return kept | {"log_probability": log_probability, "most_probable": most_probable}


def of_plume(settings: dict, first: First, record: Record) -> dict[str, xr.Variable]:
    """What only a plume has: maps, the sensors of an array, growths of the velocity."""
    words = "length", "sensor's place about the design"
    offsets = variable(("sensor", "coordinate"), array_offsets(settings.get("array")), *words)
    return maps(settings, first, record) | growths(settings, record) | {"sensor_offset": offsets}


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
    """Stages, replicates, cells, and the two networks of a stage; nodes of a plume's field."""
    system = system_of(settings)
    words = {"units": "1", "long_name": "network used"}
    found = {
        "stage": variable("stage", np.arange(1, len(settings["times"]) + 1), "1", "stage"),
        "replicate": variable("replicate", np.arange(settings["replicates"]), "1", "replicate"),
        "calibration": xr.Variable("calibration", ["before", "after"], words),
    }
    gridded = () if of_particles(system) else system.quantities.parameters
    for quantity, axis in zip(gridded, system.cells or (), strict=True):
        found[quantity.name] = variable(quantity.name, axis, quantity.unit, quantity.words)
    if isinstance(system, PlumeSystem):
        for axis in "xy":
            found[f"node_{axis}"] = variable(
                f"node_{axis}", nodes(), "length", f"{axis} of the field"
            )
    return found
