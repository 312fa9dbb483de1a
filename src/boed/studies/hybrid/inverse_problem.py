"""The inverse problem: what data say of a system's parameters, and what a datum would tell.

Everything here maps one replicate and takes any system; `replicates` maps it over all of them.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float, PyTree

from boed.arrays import AnyArray
from boed.design.grid_eig import (
    Outcomes,
    expected_information_gain,
    expected_information_gain_of_outputs,
)
from boed.inference import grid_belief
from boed.inference.noise import log_density
from boed.systems.system import Design, Moment, Outputs, Reading, System, Truth, Weights

Predicted = Float[AnyArray, "*cells_and_outputs"]


class Measurements(NamedTuple):
    """Measurements so far, of one replicate; those with `used` 0 fill up an array and count for
    nothing.

    observed: NaN of an output that was not measured. own: deviations of the noise that measurements
    say themselves, NaN where the noise model has them; None where it has all.
    """

    design: Float[AnyArray, "data coordinates"]
    observed: Float[AnyArray, "data *outputs"]
    deviation: Float[AnyArray, "data *outputs"]
    used: Float[AnyArray, " data"]
    own: Float[AnyArray, "data *outputs"] | None = None


def measure(system: System, truth: Truth, design: Design, noise: Outputs) -> Outputs:
    """The measurement at a design; `noise` is standard normal, or 0 for none."""
    value = system.observe(truth, design)
    return value + system.noise.deviation(value) * noise


def log_likelihood(
    system: System, predicted: Predicted, observed: Outputs, own: Outputs | None = None
) -> grid_belief.LogBelief:
    """log p(observation | parameters) of every cell, from what the model predicts for each (ad_eki
    Eq. 17); outputs that are NaN were not measured.

    own: deviations in place of the noise model's, where they are numbers.
    """
    deviation = system.noise.deviation(predicted)
    if own is not None:
        deviation = jnp.where(jnp.isnan(own), deviation, own)
    values = log_density(observed, predicted, deviation)
    values = jnp.where(jnp.isnan(observed), 0.0, values)
    return jnp.sum(values, axis=tuple(range(-len(system.outputs), 0)))


def posterior(
    system: System,
    moments: Moment,
    data: Measurements,
    weights: Weights,
    prior: grid_belief.LogBelief,
) -> grid_belief.LogBelief:
    """Belief after all of the measurements, under one and the same network.

    moments: those of the measurements, stacked.
    """
    return grid_belief.update(prior, log_likelihoods(system, moments, data, weights))


def log_likelihoods(
    system: System, moments: Moment, data: Measurements, weights: Weights
) -> grid_belief.LogBelief:
    """log p(data | parameters) of every cell, of all data in use together; of the others nothing
    is predicted.
    """

    def of_datum(moment, design, *datum):
        predicted = system.over_cells(weights, moment, design)
        return log_likelihood(system, predicted, *datum)

    own = () if data.own is None else (data.own,)
    each = _in_turn(of_datum, data.used, (moments, data.design, data.observed, *own))
    return grid_belief.in_use(each, data.used)


def _in_turn(of_datum: Callable, used: Float[AnyArray, " data"], data: PyTree[AnyArray]):
    """of_datum(*datum) of one datum after the other, zeros of those that are not in use.

    Three times as fast as a batch: what a datum needs stays in the processor's cache.
    """

    def if_used(datum_and_use):
        """That of one datum."""
        datum, used = datum_and_use
        shapes = jax.eval_shape(of_datum, *datum)
        nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)
        return jax.lax.cond(used > 0, of_datum, lambda *_: nothing, *datum)

    return jax.lax.map(if_used, (data, used))


class Experiment(NamedTuple):
    """Measuring at a design to learn the parameters.

    truth: the true system; predict: design → what the model predicts there for every cell; noise:
    of every sensor, standard normal or 0.
    """

    truth: Truth
    predict: Callable[[Design], Predicted]
    noise: Float[AnyArray, "*sensors_and_outputs"]


def measured_utility(
    system: System, experiment: Experiment, design: Design, prior: grid_belief.LogBelief
) -> Float[AnyArray, ""]:
    """Information gain about the parameters from what the true system gives at a design, nats
    (ad_eki Eq. 2).
    """

    def of_sensor(sensor):
        """log p(observation | parameters) of the datum of one sensor."""
        offset, noise = sensor
        point = design + offset
        observed = measure(system, experiment.truth, point, noise)
        return log_likelihood(system, experiment.predict(point), observed)

    log_likelihoods = jax.lax.map(of_sensor, by_sensor(system, experiment.noise))
    posterior = grid_belief.update(prior, jnp.sum(log_likelihoods, axis=0))
    return grid_belief.information_gain(posterior, prior)


def by_sensor(
    system: System, noise: Float[AnyArray, "*sensors_and_outputs"]
) -> tuple[Float[AnyArray, "sensors coordinates"], Float[AnyArray, "sensors *outputs"]]:
    """Offset and noise of every sensor; the noise of a single one may lack their axis."""
    return jnp.asarray(system.offsets), jnp.reshape(noise, (-1, *system.outputs))


def is_one_number(system: System) -> bool:
    """Whether a design gives one number, with an axis of outputs or without."""
    return math.prod(system.outputs) == 1


def predicted_utility(
    system: System, predicted: Predicted, prior: grid_belief.LogBelief, nodes: int
) -> Float[AnyArray, ""]:
    """Expected information gain about the parameters, if the model predicts this one number for
    every cell, nats (ad_eki Eq. 3).
    """
    numbers = (predicted, system.noise.deviation(predicted))
    return expected_information_gain(prior, *(n.reshape(prior.shape) for n in numbers), nodes)


def predicted_utility_of_outputs(
    system: System, predicted: Predicted, prior: grid_belief.LogBelief, outcomes: Outcomes
) -> Float[AnyArray, ""]:
    """The same, nats, if the model predicts these several numbers for every cell: the mean over
    outcomes, which do not depend on the design.
    """
    deviation = system.noise.deviation(predicted)
    return expected_information_gain_of_outputs(prior, predicted, deviation, outcomes)


def readings(
    system: System,
    moments: Moment,
    designs: Float[AnyArray, "data coordinates"],
    used: Float[AnyArray, " data"],
    centres: Float[AnyArray, "centres parameters"],
) -> Reading:
    """Every datum prepared for several values of the parameters: leading axes (data, centres).

    moments: those of the data, stacked; used: 0 for data that fill up an array. In their place
    stand the readings of the first that is in use: what a model gives of them counts nothing, but
    has a derivative, which has to be finite.
    """

    def datum(moment, design):
        return jax.lax.map(lambda centre: system.prepare(moment, centre, design), centres)

    read = _in_turn(datum, used, (moments, designs))
    source = jnp.where(used > 0, jnp.arange(len(used)), jnp.argmax(used > 0))
    return jax.tree.map(lambda leaf: leaf[source], read)
