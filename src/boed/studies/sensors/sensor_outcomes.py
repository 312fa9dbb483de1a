"""Simulated outcomes of the best sensors, and the worst of them with their posteriors
(mean_variance Figs 17 to 31).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from boed.arrays import AnyArray, Scalar
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.studies.sensors import sensor_utility
from boed.studies.sensors.sensor_utility import Sources
from boed.systems.diffusion.forward_models import SensorModel

BATCH = 500
MIDDLE = 0.5


class Models(NamedTuple):
    """The forward model of the true places, and that of all places of the prior."""

    truths: SensorModel
    prior: SensorModel


class DesignOutcomes(NamedTuple):
    """Gains of a design's outcomes in nats; the worst of them, and the posteriors after these."""

    gains: Float[np.ndarray, " outcomes"]
    worst: Int[np.ndarray, " worst"]
    posteriors: Float[np.ndarray, "worst places"]


@jax.jit
def gains_of_data(
    expected: Float[AnyArray, "sensors places"],
    data: Float[AnyArray, "outcomes sensors"],
    noise: Scalar,
) -> Float[AnyArray, " outcomes"]:
    """Information gain of every datum, nat; expected: readings of all places of the prior."""
    return sensor_utility.gains_of(sensor_utility.posteriors(expected, data, noise))


def simulated(
    design: Float[np.ndarray, "sensors 2"],
    models: Models,
    standard: Float[AnyArray, "outcomes sensors"],
    noise: float,
    count: int,
) -> DesignOutcomes:
    """Outcomes of a design, one of every true place; count: how many of the worst are kept."""
    truths, expected = (np.asarray(model(design)) for model in models)
    data = truths.T + noise * np.asarray(standard)
    batches = np.array_split(data, max(1, len(data) // BATCH))
    gains = np.concatenate(
        [
            np.asarray(gains_of_data(expected, batch, noise))
            for batch in in_turn(batches, "outcomes")
        ]
    )
    worst = np.argsort(gains)[:count]
    posteriors = sensor_utility.posteriors(jnp.asarray(expected), jnp.asarray(data[worst]), noise)
    return DesignOutcomes(gains, worst, np.asarray(posteriors))


class Setting(NamedTuple):
    """True places of the outcomes, the prior, the designs, and the aversions that they are best
    for.
    """

    truths: Float[np.ndarray, "outcomes 2"]
    prior: Sources
    designs: Float[np.ndarray, "aversions sensors 2"]
    aversions: list[float]


def wrong_side(
    posteriors: Float[np.ndarray, "*worst places"],
    places: Float[np.ndarray, "places 2"],
    truths: Float[np.ndarray, "*worst 2"],
) -> Float[np.ndarray, "*worst"]:
    """Probability on the side of the domain's middle on which the source is not."""
    other = (places[:, 0] < MIDDLE) != (truths[..., None, 0] < MIDDLE)
    return (posteriors * other).sum(axis=-1)


def dataset(outcomes: list[DesignOutcomes], setting: Setting) -> xr.Dataset:
    """Gains, and of the worst outcomes true place, posterior, and how much of it lies on the wrong
    side.
    """
    gains, worst, posteriors = (np.array(parts) for parts in zip(*outcomes, strict=True))
    prior, true = setting.prior, setting.truths[worst]
    full = np.zeros((*worst.shape, *prior.free.shape))
    full[..., prior.free] = posteriors
    dims, worst_gain = ("aversion", "worst"), np.take_along_axis(gains, worst, axis=1)
    wrong = wrong_side(posteriors, prior.places, true)
    informed = "information that an outcome gives"
    beyond = "probability on the side of x = 1/2 where it is not"
    after = "probability of the source's places after them"
    best = "weight of the variance for which they are best"
    variables = {
        "information_gain": (("aversion", "outcome"), gains, "nat", informed),
        "mean_gain": ("aversion", gains.mean(axis=1), "nat", "mean over outcomes"),
        "gain_deviation": ("aversion", gains.std(axis=1), "nat", "deviation over outcomes"),
        "worst_gain": (dims, worst_gain, "nat", "gain of the worst outcomes"),
        "worst_place": ((*dims, "axis"), true, "length", "true place of the source in them"),
        "worst_posterior": ((*dims, "x", "y"), full, "1", after),
        "wrong_side": (dims, wrong, "1", beyond),
        "sensor": (
            ("aversion", "number", "axis"),
            setting.designs,
            "length",
            "places of the sensors",
        ),
        "aversion": ("aversion", setting.aversions, "nat-1", best),
        "axis": ("axis", ["x", "y"], "1", "coordinate"),
        "x": ("x", prior.axis, "length", "x of the source"),
        "y": ("y", prior.axis, "length", "y of the source"),
    }
    return xr.Dataset({name: variable(*parts) for name, parts in variables.items()})
