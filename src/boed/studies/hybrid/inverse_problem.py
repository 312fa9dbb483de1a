"""The inverse problem: a plume, its noise and a belief grid joined to the kernels that design
experiments.

Everything here maps one replicate; `replicates` maps it over all of them.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray, Scalar
from boed.design.grid_eig import expected_information_gain
from boed.inference import grid_belief
from boed.inference.noise import Noise, log_density
from boed.systems.plume import assumed_flow, plume_solver
from boed.systems.plume.assumed_flow import Flow
from boed.systems.plume.discrepancy_network import Weights
from boed.systems.plume.plume_solver import Moment, Plume, Reading, Solution
from boed.systems.plume.sources import Sharp, Source

Design = Float[AnyArray, "2"]
Predicted = Float[AnyArray, "x y"]


class Truth(NamedTuple):
    """The true system: its source and where that is."""

    source: Source
    location: Float[AnyArray, "2"]


class InverseProblem(NamedTuple):
    """What a study knows and believes: solver, true system, modelled source by weights, noise,
    cells.

    sharp: the part of the modelled source that no weights change; flow: what the model takes the
    velocity for; offsets: places of the sensors of an array around its design.
    """

    plume: Plume
    truth: Truth
    sharp: Sharp
    source: Callable[[Weights], Source]
    noise: Noise
    cells: grid_belief.Cells
    flow: Flow
    offsets: Float[AnyArray, "sensors 2"]


class Measurements(NamedTuple):
    """Measurements so far, of one replicate; those with `used` 0 fill up an array and count for
    nothing.
    """

    design: Float[AnyArray, "data 2"]
    observed: Float[AnyArray, " data"]
    deviation: Float[AnyArray, " data"]
    used: Float[AnyArray, " data"]


def setup(settings: dict) -> InverseProblem:
    """The inverse problem that the blocks plume, truth, model, network, noise and belief of a study
    describe.
    """
    grid, solver = settings["belief"], plume_solver.solver(settings["plume"])
    return InverseProblem(
        plume=solver,
        truth=Truth(
            Source(plume_solver.sharp_source(settings["truth"])),
            jnp.asarray(settings["truth"]["location"]),
        ),
        sharp=plume_solver.sharp_source(settings["model"]),
        source=plume_solver.modelled_source(settings["model"], settings.get("network")),
        noise=Noise(settings["noise"]["constant"], settings["noise"]["relative"]),
        cells=grid_belief.Cells.square(grid["lower"], grid["upper"], grid["cells"]),
        flow=assumed_flow.flow(solver, settings),
        offsets=array_offsets(settings.get("array")),
    )


def array_offsets(array: dict | None) -> Float[np.ndarray, "sensors 2"]:
    """Sensors of a square array about its middle, side × side of them `spacing` apart, x slower;
    without one, one.
    """
    if array is None:
        return np.zeros((1, 2))
    axis = array["spacing"] * (np.arange(array["side"]) - (array["side"] - 1) / 2)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)


def true_plume(problem: InverseProblem, moment: Moment) -> Solution:
    """The plume of the true source in the true flow."""
    return problem.plume.solve(problem.truth.source, problem.flow.actual(moment))


def modelled_plume(problem: InverseProblem, weights: Weights, moment: Moment) -> Solution:
    """The plume of the modelled source in the modelled flow."""
    return problem.plume.solve(problem.source(weights), problem.flow.modelled(weights, moment))


def prepare(problem: InverseProblem, moment: Moment, centre: Design, design: Design) -> Reading:
    """A reading of one point for a source at `centre`, to be used for any weights."""
    return problem.flow.prepare(
        lambda moment: problem.plume.prepare(problem.sharp, moment, centre, design), moment
    )


def true_value(problem: InverseProblem, truth: Solution, design: Design) -> Float[AnyArray, ""]:
    """The true concentration at a design; truth: the solution for the true source."""
    x, y = problem.truth.location
    return problem.plume.over_centres(truth, design, x[None], y[None])[0, 0]


def measure(
    problem: InverseProblem, truth: Solution, design: Design, noise: Float[AnyArray, ""]
) -> Float[AnyArray, ""]:
    """The measurement at a design; `noise` is standard normal, or 0 for none."""
    value = true_value(problem, truth, design)
    return value + problem.noise.deviation(value) * noise


def log_likelihood(
    problem: InverseProblem, predicted: Predicted, observed: Scalar
) -> grid_belief.LogBelief:
    """log p(observation | position) of every cell, from what the model predicts for each (ad_eki
    Eq. 17).
    """
    return log_density(observed, predicted, problem.noise.deviation(predicted))


def posterior(
    problem: InverseProblem,
    moments: Moment,
    data: Measurements,
    weights: Weights,
    prior: grid_belief.LogBelief,
) -> grid_belief.LogBelief:
    """Belief after all of the measurements, under one and the same network.

    moments: those of the measurements' times, stacked.
    """

    def of_datum(moment, design, observed):
        solution = modelled_plume(problem, weights, moment)
        predicted = problem.plume.over_centres(solution, design, *problem.cells)
        return log_likelihood(problem, predicted, observed)

    log_likelihoods = jax.vmap(of_datum)(moments, data.design, data.observed)
    return grid_belief.update(prior, jnp.tensordot(data.used, log_likelihoods, axes=1))


class Experiment(NamedTuple):
    """Measuring at a design to learn the position.

    truth: the solution for the true source; predict: point → what the model predicts there for
    every cell; noise: of every sensor, standard normal or 0.
    """

    truth: Solution
    predict: Callable[[Design], Predicted]
    noise: Float[AnyArray, "*sensors"]


def measured_utility(
    problem: InverseProblem, experiment: Experiment, design: Design, prior: grid_belief.LogBelief
) -> Float[AnyArray, ""]:
    """Information gain about the position from what the true system gives at a design, nats (ad_eki
    Eq. 2).
    """

    def of_sensor(sensor):
        offset, noise = sensor
        point = design + offset
        observed = measure(problem, experiment.truth, point, noise)
        return log_likelihood(problem, experiment.predict(point), observed)

    sensors = jnp.asarray(problem.offsets), jnp.atleast_1d(experiment.noise)
    log_likelihoods = jax.lax.map(of_sensor, sensors)
    posterior = grid_belief.update(prior, jnp.sum(log_likelihoods, axis=0))
    return grid_belief.information_gain(posterior, prior)


def predicted_utility(
    problem: InverseProblem, predicted: Predicted, prior: grid_belief.LogBelief, nodes: int
) -> Float[AnyArray, ""]:
    """Expected information gain about the position, if the model predicts this for every cell, nats
    (ad_eki Eq. 3).
    """
    return expected_information_gain(prior, predicted, problem.noise.deviation(predicted), nodes)


def readings(
    problem: InverseProblem,
    moments: Moment,
    designs: Float[AnyArray, "data 2"],
    used: Float[AnyArray, " data"],
    centres: Float[AnyArray, "centres 2"],
) -> Reading:
    """Every datum prepared for every source centre: leading axes (data, centres).

    moments: those of the data's times, stacked; used: 0 for data that fill up an array, whose
    readings stay zero. One after the other, which is three times as fast as a batch of these
    products.
    """

    def datum(moment, design):
        return jax.lax.map(lambda centre: prepare(problem, moment, centre, design), centres)

    def datum_if_used(datum_and_use):
        """One datum's readings, zeros if it is not in use."""
        moment, design, used = datum_and_use
        shapes = jax.eval_shape(datum, moment, design)
        nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)
        return jax.lax.cond(used > 0, datum, lambda *_: nothing, moment, design)

    return jax.lax.map(datum_if_used, (moments, designs, used))


def read_members(
    problem: InverseProblem, reading: Reading, ensemble: Float[AnyArray, "members weights"]
) -> Float[AnyArray, " members"]:
    """The model's value of one reading for every member of an ensemble, (members,)."""

    def of_member(weights):
        return problem.plume.read(problem.flow.reading(weights, reading), problem.source(weights))

    if problem.plume.together is None:
        return jax.vmap(of_member)(ensemble)
    return jax.lax.map(of_member, ensemble, batch_size=problem.plume.together)


def predictions(
    problem: InverseProblem, prepared: Reading, weights: Weights
) -> Float[AnyArray, "centres data"]:
    """The model's value of every prepared reading: the map that a calibration fits."""
    # all readings share the network's values, and one derivative serves them all
    source = problem.source(weights)._replace(integral=None)

    def read(reading):
        return problem.plume.read(problem.flow.reading(weights, reading), source)

    return jax.vmap(jax.vmap(read))(prepared).T
