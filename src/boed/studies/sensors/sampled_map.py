"""Utilities of one sensor over the domain from samples, by a named forward model, beside the exact
ones.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from boed.arrays import AnyArray
from boed.design import nested_monte_carlo
from boed.design.nested_monte_carlo import Moments
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk.quantities import QUANTITIES
from boed.studies.sensors import sensor_samples, sensor_utility
from boed.studies.sensors.sensor_samples import Case
from boed.studies.sensors.sensor_utility import SampledGains
from boed.systems.diffusion import layout, placement
from boed.systems.diffusion.forward_models import SensorModel

Nodes = Float[np.ndarray, "sensors 2"]
Pair = Float[np.ndarray, "2 sensors"]


class Sensors(NamedTuple):
    """Where on the grid of a map a sensor may stand, and these places."""

    free: Bool[np.ndarray, "x y"]
    nodes: Nodes


def sensors_of(exact: xr.Dataset) -> Sensors:
    """The sensors of an exact map."""
    free = exact.accessible.values.astype(bool)
    return Sensors(free, np.stack(np.meshgrid(exact.x, exact.y, indexing="ij"), axis=-1)[free])


@partial(jax.jit, static_argnums=0)
def of_each(
    gains: SampledGains,
    readings: Float[AnyArray, "sensors samples"],
    standard: Float[AnyArray, "samples 1"],
) -> Moments:
    """U and V of every sensor by itself, (sensors,) each."""
    return jax.lax.map(lambda row: nested_monte_carlo.moments(gains(row[None], standard)), readings)


def sampled(
    settings: dict, model: SensorModel, standard: Float[AnyArray, "samples 1"], places: Nodes
) -> Pair:
    """(U and V, of every place) of a sensor: each sample is an outcome and an inner sample of all
    others.
    """
    batches = np.array_split(places, int(np.ceil(len(places) / settings["batch"])))
    # single precision: 51 x 51 sensors times 10,000 samples fill 100 MB
    read = [np.asarray(model(batch), np.float32) for batch in in_turn(batches, "batch of readings")]
    modes = max(sensor_utility.modes_for(readings, settings["noise"]) for readings in read)
    gains, moments = SampledGains(settings["noise"], modes), []
    for readings in in_turn(read, "batch of utilities"):
        # all batches of one shape, so that one compiled function serves them
        same = np.resize(readings, (settings["batch"], readings.shape[1])).astype(float)
        moments.append(np.array(of_each(gains, jnp.asarray(same), standard))[:, : len(readings)])
    return np.concatenate(moments, axis=1)


def case_map(case: Case, nodes: Nodes) -> Pair:
    """U and V of a sensor at every node, from the case's common samples.

    Sensors that are images of each other share one estimate: each of them would be one, with the
    samples moved too.
    """
    sources, standard = sensor_samples.common_samples(case, 1)
    model = sensor_samples.model_for(case, sources)
    chosen, image_of = layout.distinct(sensor_samples.symmetries_for(case), nodes)
    return sampled(case.settings, model, standard, nodes[chosen])[:, image_of]


def compared(exact: xr.Dataset, sensors: Sensors, moments: Pair) -> dict[str, xr.Variable]:
    """Sampled maps, their best places, and how far both are from the exact ones."""
    free, nodes = sensors
    true = np.stack([exact[name].values[free] for name in QUANTITIES])
    objective, known = (over_aversions(*pair, exact.aversion.values) for pair in (moments, true))
    best = objective.argmax(axis=1)
    loss = known.max(axis=1) - known[np.arange(len(best)), best]
    mean, variance = (placement.on_grid(values, free) for values in moments)
    error = np.median(np.abs(moments / true - 1), axis=1)
    regret, part = loss, loss / np.abs(known.max(axis=1))
    variables = {
        "sampled_expected_utility": (("x", "y"), mean, "nat", "expected utility from samples"),
        "sampled_utility_variance": (("x", "y"), variance, "nat2", "variance of it from samples"),
        "sampled_best_x": ("aversion", nodes[best, 0], "length", "x of the best sensor by samples"),
        "sampled_best_y": ("aversion", nodes[best, 1], "length", "y of the best sensor by samples"),
        "reference_objective": (
            "aversion",
            objective.max(axis=1),
            "nat",
            "mean − aversion × variance there, by samples",
        ),
        "regret": (
            "aversion",
            regret,
            "nat",
            "what that place falls short of the best, both exact",
        ),
        "relative_regret": ("aversion", part, "1", "that, of the best"),
        "sampling_error": (
            "quantity",
            error,
            "1",
            "median relative difference of samples from exact values",
        ),
        "quantity": ("quantity", list(QUANTITIES), "1", "quantity"),
    }
    return {name: variable(*parts) for name, parts in variables.items()}
