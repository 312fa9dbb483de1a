"""What a laboratory's next measurement may tell, design by design: the gains of many outcomes that
the belief holds possible.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import ad_eki
from boed.design.grid_eig import gains_of_outcomes, outcomes_of
from boed.inference import ensembles, grid_belief, particle_belief
from boed.inference.particle_belief import ParticleBelief
from boed.studies.hybrid.beliefs import Belief, held
from boed.studies.hybrid.discrepancy_experiment import (
    DiscrepancyInputs,
    data_a_design,
    discrepancy_experiment,
    drawn,
    plan_of,
)
from boed.studies.laboratory import next_file
from boed.studies.laboratory.next_file import Believed, Prospects
from boed.systems.system import Design, Designs, Moment, System, Weights

TENTH = 0.1
GainsAt = Callable[[Designs], "Gains"]


class Gains(NamedTuple):
    """Gains of the outcomes of every design, nats, and how probable the outcomes are."""

    values: Float[AnyArray, "designs outcomes"]
    probability: Float[AnyArray, "designs outcomes"]

    def expected(self) -> Float[np.ndarray, " designs"]:
        """The expected gain."""
        return np.sum(np.asarray(self.values) * np.asarray(self.probability), axis=1)

    def quantile(self, share: float = TENTH) -> Float[np.ndarray, " designs"]:
        """The gain that a share of the outcomes stays below."""
        values, weights = np.asarray(self.values), np.asarray(self.probability)
        order = np.argsort(values, axis=1)
        reached = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
        place = np.argmax(reached >= share - 1e-12, axis=1)
        return np.take_along_axis(values, order, axis=1)[np.arange(len(values)), place]


class Known(NamedTuple):
    """What a laboratory knows before a measurement, of its one replicate: moment of the stage,
    weights of what is missing, belief, and where a search for the weights holds the parameters.
    """

    moment: Moment
    weights: Weights
    belief: Belief
    centre: Float[AnyArray, " parameters"] | None = None


def told(
    system: System, known: Known, chosen: Float[AnyArray, "1 coordinates"], gains_at: GainsAt
) -> xr.Dataset:
    """What is known, and what the chosen design and others all over may tell."""
    designs = jnp.concatenate([chosen, jnp.asarray(system.everywhere)])
    gains, units = gains_at(designs), np.asarray(system.in_units(designs))
    worth = Prospects(units, gains.expected(), gains.quantile())
    quantities = system.quantities
    parameters, places = (
        [(q.name, q.unit) for q in part] for part in (quantities.parameters, quantities.designs)
    )
    believed = next_file.belief_part(parameters, _believed(system, known.belief))
    return believed.merge(next_file.prospects_part(places, worth))


def _believed(system: System, belief: Belief) -> Believed:
    """Mean and deviation of every parameter."""
    if isinstance(belief, ParticleBelief):
        mean, covariance = particle_belief.mean(belief), particle_belief.covariance(belief)
    else:
        mean = grid_belief.mean(belief, system.cells)
        covariance = grid_belief.covariance(belief, system.cells)
    return Believed(np.asarray(mean), np.sqrt(np.diag(np.asarray(covariance))))


def about_parameters(
    system: System, known: Known, designs: Designs, key: PRNGKeyArray, most: int
) -> Gains:
    """Gains about the parameters; most: outcomes at most. The key is the same for all designs."""
    points, prior = held(system, known.belief)
    outputs = int(np.prod(system.outputs))

    def of_design(design: Design):
        """Gains of the outcomes of one design, and their probabilities."""
        predicted = points.over_cells(known.weights, known.moment, design)
        deviation = points.noise.deviation(predicted)
        outcomes = outcomes_of(key, prior, outputs, most)
        flat = (values.reshape(*prior.shape, outputs) for values in (predicted, deviation))
        return gains_of_outcomes(prior, *flat, outcomes), outcomes.weight

    return Gains(*jax.jit(lambda all_: jax.lax.map(of_design, all_))(designs))


def about_weights(
    system: System, known: Known, designs: Designs, key: PRNGKeyArray, block: dict
) -> Gains:
    """Gains about the weights of what is missing, by AD-EKI, the parameters held at the centre;
    block: the settings `discrepancy_experiment`.
    """
    centre = known.centre
    ensemble_key, samples_key = jax.random.split(key)
    data, plan = data_a_design(system), plan_of(block, block["iterations"])
    inputs = DiscrepancyInputs(
        weights=known.weights,
        centre=centre,
        noise=jnp.zeros(system.outputs),
        spread=jnp.zeros((0, known.weights.size)),
    )
    draw = drawn(block, ensemble_key, inputs, block["iterations"], data)
    samples = ensembles.draw_samples(
        samples_key, known.weights, block["deviation"], block["samples"], data
    )

    def of_design(design: Design):
        """Gains of the samples' data at one design; one that is not finite counts nothing."""
        experiment = discrepancy_experiment(system, known.moment, centre, inputs.noise)

        def of_sample(sample):
            predicted = ad_eki.predicted(experiment, *sample)
            return ad_eki.information_gain(design, predicted, draw, plan)

        gains = jax.lax.map(of_sample, samples)
        finite = jnp.isfinite(gains)
        return jnp.where(finite, gains, 0.0), finite / jnp.sum(finite)

    return Gains(*jax.jit(lambda all_: jax.lax.map(of_design, all_))(designs))
