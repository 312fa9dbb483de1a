"""Are these data worth learning from? The ensemble indicator of active_learning §2.3, and its
Algorithm 1.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from boed.arrays import AnyArray
from boed.design import ad_eki, projected_adam
from boed.design.projected_adam import SearchInfo
from boed.design.replicated_search import ReplicatedSearch
from boed.inference import eki, ensembles, importance
from boed.inference.divergence import divergence
from boed.inference.noise import log_density
from boed.keys import replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.discrepancy_experiment import (
    DiscrepancyInputs,
    discrepancy_experiment,
    plan_of,
)
from boed.studies.hybrid.discrepancy_search import MeasuredProblem
from boed.studies.hybrid.inverse_problem import Inversion, array_offsets


class Informed(NamedTuple):
    """Where each replicate's data come from after Algorithm 1.

    design: the first on the ascent whose gain exceeds the threshold; gain: of its data, nat;
    own_gain: of the data at hand; informative: whether any design's did; tried: designs that were
    measured until then, the physical one first.
    """

    design: Float[AnyArray, "replicate 2"]
    gain: Float[AnyArray, " replicate"]
    own_gain: Float[AnyArray, " replicate"]
    informative: Bool[AnyArray, " replicate"]
    tried: Int[AnyArray, " replicate"]


class Form(NamedTuple):
    """What the indicator assumes is measured at a design.

    variance: of every datum, concentration², whatever the noise model says, as in the authors'
    code; None for the model's. array: side and spacing of the sensors about the design, read
    without noise; None for the study's own.
    """

    variance: float | None
    array: dict | None

    def sensors(self, study: Inversion) -> int:
        """Number of data of a design."""
        return len(study.offsets) if self.array is None else self.array["side"] ** 2

    def experiment(self, study: Inversion, moment, centre, noise) -> ad_eki.Experiment:
        """Measuring at a design, as this form assumes it; noise: of the study's own sensors."""
        if self.array is not None:
            study = study._replace(offsets=array_offsets(self.array))
            noise = jnp.zeros(len(study.offsets))
        own = discrepancy_experiment(study, moment, centre, noise)
        if self.variance is None:
            return own
        return own._replace(
            noise_factor=lambda design, data: jnp.sqrt(self.variance) * jnp.eye(data.size)
        )


def form_of(block: dict) -> Form:
    """The form that settings with the keys `variance` and `array` ask for."""
    return Form(block["variance"], block["array"])


def chosen(steps: SearchInfo, threshold: float) -> Informed:
    """The first designs of searches, (replicate, step), whose gain exceeds the threshold; the last
    ones where none.
    """
    enough = steps.finite & (steps.utility >= threshold)
    informative = jnp.any(enough, axis=1)
    place = jnp.where(informative, jnp.argmax(enough, axis=1), enough.shape[1] - 1)
    rows = jnp.arange(len(place))
    return Informed(
        steps.design[rows, place],
        steps.utility[rows, place],
        steps.utility[:, 0],
        informative,
        place + 1,
    )


def informed_search(study: Inversion, settings: dict) -> Callable[..., Informed]:
    """(moment, physical designs, (weights, centres, noise), key) → Algorithm 1 for all replicates.

    From the data at hand on, new designs are proposed along the ascent of the indicator until it
    exceeds a threshold or the budget of designs ends.
    """
    block, own = settings["discrepancy_experiment"], settings["indicator"]
    form = form_of(own)
    problem = MeasuredProblem(
        study, block, settings["experiment"], form.experiment, form.sensors(study)
    )
    ascend = ReplicatedSearch(problem, projected_adam.ascent(block), grid=0)

    def run(moment, start, arguments, key) -> Informed:
        """The ascent with its whole budget; what is beyond the first informative design is not
        used.
        """
        nobody = jnp.zeros((len(start), 0, arguments[0].shape[1]))
        inputs = DiscrepancyInputs(*arguments, nobody)
        _, steps = ascend(moment, start, inputs, key, own["budget"])
        return chosen(steps, own["threshold"])

    return run


def judged(study: Inversion, settings: dict) -> Callable[..., Informed]:
    """The same where the budget is the data at hand: are they informative, or not? No gradient is
    needed.
    """
    block, own, form = (
        settings["discrepancy_experiment"],
        settings["indicator"],
        form_of(settings["indicator"]),
    )
    build, plan = form.experiment, plan_of(block, block["iterations"])
    shape = ensembles.Shape(block["members"], block["iterations"], form.sensors(study))

    def one(moment, design, weights, centre, noise, key):
        """The indicator of one replicate's data."""
        draw = ensembles.draw(key, weights, block["deviation"], shape)
        return ad_eki.information_gain(design, build(study, moment, centre, noise), draw, plan)

    gains = over_replicates(one, shared=1)

    def run(moment, start, arguments, key) -> Informed:
        """The gain of every replicate's own data."""
        gain = gains(moment, start, *arguments, replicate_keys(key, len(start)))
        enough = jnp.isfinite(gain) & (gain >= own["threshold"])
        return Informed(start, gain, gain, enough, jnp.ones(len(start), dtype=int))

    return run


def informing(study: Inversion, settings: dict) -> Callable[..., Informed]:
    """Algorithm 1 with the budget that the settings give it."""
    return (judged if settings["indicator"]["budget"] == 1 else informed_search)(study, settings)


class History(NamedTuple):
    """The indicator's ensemble after each EKI iteration: gain, nat, mean and variance of every
    weight; first the prior.

    non_gaussian: the same data's gain by importance weights of the first ensemble; effective: what
    it is worth.
    """

    gain: Float[AnyArray, " iterations"]
    mean: Float[AnyArray, "steps weights"]
    variance: Float[AnyArray, "steps weights"]
    non_gaussian: Float[AnyArray, ""]
    effective: Float[AnyArray, ""]


def history(
    experiment: ad_eki.Experiment,
    design: Float[AnyArray, "2"],
    ensemble: eki.Ensemble,
    perturbations,
    plan,
) -> History:
    """How an ensemble learns from the data of a design (active_learning Eq. 16–19), and its
    non-Gaussian gain.
    """
    forward, observed = experiment.forward(design), experiment.observe(design)
    data = eki.Data(observed, experiment.noise_factor(design, observed))

    def iteration(state, noise):
        state, _ = eki.step(state, forward, data, noise, plan)
        gain = divergence(plan.localisation.coordinates(state, ensemble)).total
        return state, (state.ensemble, gain)

    _, (ensembles, gains) = jax.lax.scan(iteration, eki.init(ensemble), perturbations)
    every = jnp.concatenate([ensemble[None], ensembles])
    likelihood = jnp.sum(
        log_density(observed, forward(ensemble), jnp.diagonal(data.noise_factor)), axis=1
    )
    return History(
        gains,
        every.mean(axis=1),
        every.var(axis=1, ddof=1),
        *importance.information_gain(likelihood),
    )


def histories(study: Inversion, settings: dict, form: Form, schedule: str) -> Callable:
    """(moment, designs, weights, centres, noise, keys) → History of every replicate, all designs
    with one ensemble.

    designs: (replicates, designs, 2); form, schedule: those of the indicator.
    """
    block, build = settings["discrepancy_experiment"], form.experiment
    plan = plan_of(block | {"schedule": schedule}, block["iterations"])
    shape = ensembles.Shape(block["members"], block["iterations"], form.sensors(study))

    def one(moment, designs, weights, centre, noise, key):
        """The histories of one replicate's designs."""
        ensemble, perturbations = ensembles.draw(key, weights, block["deviation"], shape)
        experiment = build(study, moment, centre, noise)
        learn = partial(
            history, experiment, ensemble=ensemble, perturbations=perturbations, plan=plan
        )
        return jax.lax.map(learn, designs)

    return over_replicates(one, shared=1)
