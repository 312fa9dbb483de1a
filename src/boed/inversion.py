"""Source inversion: a plume, its noise and a belief grid joined to the kernels that design experiments.

Everything here maps one replicate; `replicates` maps it over all of them.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

from boed import belief, plume
from boed.arrays import AnyArray
from boed.expected_gain import expected_information_gain
from boed.network import Weights
from boed.noise import Noise, log_density
from boed.plume import Moment, Plume, Reading, Solution
from boed.sources import Sharp, Source

Design = Float[AnyArray, "2"]
Predicted = Float[AnyArray, "x y"]


class Truth(NamedTuple):
    """The true system: its source and where that is."""

    source: Source
    location: Float[AnyArray, "2"]


class Inversion(NamedTuple):
    """What a study knows and believes: solver, true system, modelled source by weights, noise, cells.

    sharp: the part of the modelled source that no weights change.
    """

    plume: Plume
    truth: Truth
    sharp: Sharp
    source: Callable[[Weights], Source]
    noise: Noise
    cells: belief.Cells


class Measurements(NamedTuple):
    """Measurements so far, of one replicate; those with `used` 0 fill up an array and count for nothing."""

    design: Float[AnyArray, "data 2"]
    observed: Float[AnyArray, " data"]
    deviation: Float[AnyArray, " data"]
    used: Float[AnyArray, " data"]


def setup(settings: dict) -> Inversion:
    """The inversion that the blocks plume, truth, model, network, noise and belief of a study describe."""
    grid = settings["belief"]
    return Inversion(
        plume=plume.solver(settings["plume"]),
        truth=Truth(Source(plume.sharp_source(settings["truth"])), jnp.asarray(settings["truth"]["location"])),
        sharp=plume.sharp_source(settings["model"]),
        source=plume.modelled_source(settings["model"], settings.get("network")),
        noise=Noise(settings["noise"]["constant"], settings["noise"]["relative"]),
        cells=belief.Cells.square(grid["lower"], grid["upper"], grid["cells"]),
    )


def true_value(inversion: Inversion, truth: Solution, design: Design) -> Float[AnyArray, ""]:
    """The true concentration at a design; truth: the solution for the true source."""
    x, y = inversion.truth.location
    return inversion.plume.over_centres(truth, design, x[None], y[None])[0, 0]


def measure(inversion: Inversion, truth: Solution, design: Design, noise: Float[AnyArray, ""]) -> Float[AnyArray, ""]:
    """The measurement at a design; `noise` is standard normal, or 0 for none."""
    value = true_value(inversion, truth, design)
    return value + inversion.noise.deviation(value) * noise


def log_likelihood(inversion: Inversion, predicted: Predicted, observed) -> belief.LogBelief:
    """log p(observation | position) of every cell, from what the model predicts for each (ad_eki Eq. 17)."""
    return log_density(observed, predicted, inversion.noise.deviation(predicted))


def posterior(inversion: Inversion, moments: Moment, data: Measurements, weights: Weights, prior: belief.LogBelief):
    """Belief after all of the measurements, under one and the same network.

    moments: those of the measurements' times, stacked.
    """
    source = inversion.source(weights)

    def one(moment, design, observed):
        solution = inversion.plume.solve(source, moment)
        return log_likelihood(inversion, inversion.plume.over_centres(solution, design, *inversion.cells), observed)

    each = jax.vmap(one)(moments, data.design, data.observed)
    return belief.update(prior, jnp.tensordot(data.used, each, axes=1))


def measured_utility(inversion: Inversion, truth: Solution, predicted: Predicted, design: Design, prior, noise):
    """Information gain about the position from what the true system gives at a design, nats (ad_eki Eq. 2).

    predicted: what the model predicts at the design for every cell.
    """
    observed = measure(inversion, truth, design, noise)
    return belief.information_gain(belief.update(prior, log_likelihood(inversion, predicted, observed)), prior)


def predicted_utility(inversion: Inversion, predicted: Predicted, prior, nodes: int):
    """Expected information gain about the position, if the model predicts this for every cell, nats (ad_eki Eq. 3)."""
    return expected_information_gain(prior, predicted, inversion.noise.deviation(predicted), nodes)


def readings(inversion: Inversion, moments: Moment, designs, used, centres) -> Reading:
    """Every datum prepared for every source centre: leading axes (data, centres).

    moments: those of the data's times, stacked; designs (data, 2); used: 0 for data that fill up an array, whose
    readings stay zero; centres (centres, 2). One after the other, which is three times as fast as a batch of these
    products.
    """

    def datum(moment, design):
        return jax.lax.map(lambda c: inversion.plume.prepare(inversion.sharp, moment, c, design), centres)

    def datum_if_used(each):
        """One datum's readings, zeros if it is not in use."""
        moment, design, used = each
        shapes = jax.eval_shape(datum, moment, design)
        nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)
        return jax.lax.cond(used > 0, datum, lambda *_: nothing, moment, design)

    return jax.lax.map(datum_if_used, (moments, designs, used))


def read_members(inversion: Inversion, reading: Reading, ensemble: Float[AnyArray, "members weights"]):
    """The model's value of one reading for every member of an ensemble, (members,)."""

    def one(weights):
        return inversion.plume.read(reading, inversion.source(weights))

    if inversion.plume.together is None:
        return jax.vmap(one)(ensemble)
    return jax.lax.map(one, ensemble, batch_size=inversion.plume.together)


def predictions(inversion: Inversion, prepared: Reading, weights: Weights) -> Float[AnyArray, "centres data"]:
    """The model's value of every prepared reading: the map that a calibration fits."""
    # all readings share the network's values, and one derivative serves them all
    source = inversion.source(weights)._replace(integral=None)
    return jax.vmap(jax.vmap(lambda reading: inversion.plume.read(reading, source)))(prepared).T
