"""Source inversion: a plume, its noise and a belief grid joined to the kernels that design experiments.

Everything here maps one replicate; callers `vmap` over replicates.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

from boed import belief, plume
from boed.arrays import AnyArray
from boed.expected_gain import expected_information_gain
from boed.network import Discrepancy
from boed.noise import Noise, log_density
from boed.plume import Moment, Plume
from boed.sources import Source

Design = Float[AnyArray, "2"]
Weights = Float[AnyArray, " weights"]


class Truth(NamedTuple):
    """The true system: its source and where that is."""

    source: Source
    location: Float[AnyArray, "2"]


class Inversion(NamedTuple):
    """What a study knows and believes: solver, true system, modelled source by weights, noise, cells."""

    plume: Plume
    truth: Truth
    source: Callable[[Weights], Source]
    noise: Noise
    cells: belief.Cells


def setup(settings: dict, discrepancy: Discrepancy) -> Inversion:
    """The inversion that the blocks plume, truth, model, noise and belief of a study describe."""
    grid = settings["belief"]
    return Inversion(
        plume=plume.solver(settings["plume"]),
        truth=Truth(Source(plume.sharp_source(settings["truth"])), jnp.asarray(settings["truth"]["location"])),
        source=plume.modelled_source(settings["model"], discrepancy),
        noise=Noise(settings["noise"]["constant"], settings["noise"]["relative"]),
        cells=belief.Cells.square(grid["lower"], grid["upper"], grid["cells"]),
    )


def true_value(inversion: Inversion, moment: Moment, design: Design) -> Float[AnyArray, ""]:
    """The true concentration at a design."""
    return inversion.plume.observer(moment, inversion.truth.location, design)(inversion.truth.source)


def measure(inversion: Inversion, moment: Moment, design: Design, noise: Float[AnyArray, ""]) -> Float[AnyArray, ""]:
    """The measurement at a design; `noise` is standard normal, or 0 for none."""
    value = true_value(inversion, moment, design)
    return value + inversion.noise.deviation(value) * noise


def posterior(inversion: Inversion, moment, design: Design, observed, weights: Weights, prior: belief.LogBelief):
    """Belief after one measurement, every cell's prediction from one evaluation of the model (ad_eki Eq. 17)."""
    predicted = inversion.plume.over_centres(inversion.source(weights), moment, design, *inversion.cells)
    return belief.update(prior, log_density(observed, predicted, inversion.noise.deviation(predicted)))


def measured_utility(inversion: Inversion, moment, design: Design, weights: Weights, prior, noise):
    """Information gain about the position from what the true system gives at a design, nats (ad_eki Eq. 2)."""
    observed = measure(inversion, moment, design, noise)
    return belief.information_gain(posterior(inversion, moment, design, observed, weights, prior), prior)


def predicted_utility(inversion: Inversion, moment, design: Design, weights: Weights, prior, nodes: int):
    """Expected information gain about the position at a design, by what the model predicts, nats (ad_eki Eq. 3)."""
    values = inversion.plume.over_centres(inversion.source(weights), moment, design, *inversion.cells)
    return expected_information_gain(prior, values, inversion.noise.deviation(values), nodes)


def predictions(inversion: Inversion, moments: Moment, designs: Float[AnyArray, "data 2"]):
    """(weights, source centre) → the model's value for each datum, the map that a calibration fits.

    moments: those of the data's times, stacked.
    """

    def predict(weights, centre):
        return inversion.plume.observe(inversion.source(weights), moments, centre, designs)

    return predict
