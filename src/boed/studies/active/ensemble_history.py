"""How an ensemble learns from the data of a design, iteration by iteration (active_learning
Eq. 16–19), and its gain without the assumption of normality.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import ad_eki
from boed.inference import eki, ensembles, importance
from boed.inference.noise import log_density
from boed.numerics.replicates import over_replicates
from boed.studies.active.indicator import Form, Held
from boed.studies.hybrid.discrepancy_experiment import plan_of
from boed.systems.system import Design, Moment, System


class EnsembleHistory(NamedTuple):
    """The indicator's ensemble after each EKI iteration: gain, nat, mean and variance of every
    weight; first the prior.

    non_gaussian: the same data's gain by importance weights of the first ensemble; effective: what
    it is worth. Leading axes (replicate, design) where several are told.
    """

    gain: Float[AnyArray, "*many iterations"]
    mean: Float[AnyArray, "*many steps weights"]
    variance: Float[AnyArray, "*many steps weights"]
    non_gaussian: Float[AnyArray, "*many"]
    effective: Float[AnyArray, "*many"]


def ensemble_history(
    experiment: ad_eki.Experiment,
    design: Design,
    ensemble: eki.Ensemble,
    perturbations: Float[AnyArray, "iterations members outputs"],
    plan: eki.Schedule,
) -> EnsembleHistory:
    """How an ensemble learns from the data of a design (active_learning Eq. 16–19), and its
    non-Gaussian gain.
    """
    forward, observed = experiment.forward(design), experiment.observe(design)
    data = eki.Data(observed, experiment.noise_factor(design, observed))

    def iteration(state, noise):
        state, _ = eki.step(state, forward, data, noise, plan)
        gain = eki.gained(state, ensemble, plan).total
        return state, (ensembles.settled(state.ensemble, state.working), gain)

    _, (later, gains) = jax.lax.scan(iteration, eki.init(ensemble), perturbations)
    every = jnp.concatenate([ensemble[None], later])
    deviation = jnp.diagonal(data.noise_factor)
    likelihood = jnp.sum(log_density(observed, forward(ensemble), deviation), axis=1)
    non_gaussian, effective = importance.information_gain(likelihood)
    return EnsembleHistory(
        gain=gains,
        mean=every.mean(axis=1),
        variance=every.var(axis=1, ddof=1),
        non_gaussian=non_gaussian,
        effective=effective,
    )


@dataclass(frozen=True)
class DesignHistories:
    """The histories of all designs of one replicate, with one ensemble.

    block: the settings `discrepancy_experiment`; form, schedule: those of the indicator.
    """

    study: System
    block: dict
    form: Form
    schedule: str

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "designs 2"],
        held: Held,
        key: PRNGKeyArray,
    ) -> EnsembleHistory:
        """Leading axis designs; the ensemble is drawn with the key."""
        block, count = self.block, self.block["iterations"]
        shape = ensembles.Shape(block["members"], count, self.form.sensors(self.study))
        plan = plan_of(block | {"schedule": self.schedule}, count)
        ensemble, perturbations = ensembles.draw(key, held.weights, block["deviation"], shape)
        experiment = self.form.experiment(self.study, moment, held.centre, held.noise)

        def learn(design):
            return ensemble_history(experiment, design, ensemble, perturbations, plan)

        return jax.lax.map(learn, designs)


def histories(study: System, settings: dict, form: Form, schedule: str) -> Callable:
    """DesignHistories of all replicates, compiled: its arguments after the moment have a leading
    replicate axis.
    """
    return over_replicates(
        DesignHistories(study, settings["discrepancy_experiment"], form, schedule), shared=1
    )
