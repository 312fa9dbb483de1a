"""Does an EKI schedule measure information? Its gain, design by design, against the true gain about
the weights.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Key, PRNGKeyArray
from scipy.stats import spearmanr

from boed.arrays import AnyArray
from boed.design import ad_eki, projected_adam
from boed.inference import eki, importance
from boed.inference.divergence import Divergence
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment, fresh_ensemble
from boed.systems.plume.plume_solver import Moment
from boed.systems.plume.plume_system import PlumeSystem

SCHEDULES = ("repeated", "released", "tempered")
# what tells one schedule from another, as arrays over which one compiled loop runs
PARTS = ("noise_scale", "step_size", "perturbation")


class ComparisonInputs(NamedTuple):
    """What every replicate's comparison goes by, leading axis replicate.

    centre: where the source is held; noise: standard normal or 0.
    """

    designs: Float[AnyArray, "replicate design 2"]
    weights: Float[AnyArray, "replicate weight"]
    centre: Float[AnyArray, "replicate 2"]
    noise: Float[AnyArray, " replicate"]
    key: Key[AnyArray, " replicate"]


class Comparison(NamedTuple):
    """Gains, nat: of ensembles by schedule, mean of the ensembles, and by importance sampling.

    gains: leading axes (replicate, schedule, design); reference: (replicate, design).
    """

    gains: Divergence
    reference: importance.Estimate

    def of_designs(self, part: slice) -> "Comparison":
        """The same of some of the designs, as NumPy's arrays."""
        return jax.tree.map(lambda values: np.asarray(values)[..., part], self)


@dataclass(frozen=True, eq=False)
class GainComparison:
    """Gains by schedule and the reference, of every replicate and design.

    All designs and schedules share their ensembles, and all designs the samples of the reference:
    what differs between designs is not chance. block: the settings `discrepancy_experiment`;
    ensembles, samples: numbers of them.
    """

    problem: PlumeSystem
    block: dict
    ensembles: int
    samples: int

    def __call__(self, moment: Moment, inputs: ComparisonInputs) -> Comparison:
        """The comparison at one moment."""
        gains, reference = self._of_all(moment, inputs)
        # (replicate, design, schedule) → (replicate, schedule, design), as the reference has them
        gains = jax.tree.map(lambda values: np.asarray(values).swapaxes(1, 2), gains)
        return Comparison(gains, reference)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, inputs: ComparisonInputs):
        """(gains by design and schedule, reference by design) of one replicate."""
        experiment = discrepancy_experiment(self.problem, moment, inputs.centre, inputs.noise)
        ensembles_key, reference_key = jax.random.split(inputs.key)
        keys = jax.random.split(ensembles_key, self.ensembles)

        def mean_gains(design):
            return self._mean_gains(experiment, design, inputs.weights, keys)

        reference = self._reference(moment, experiment, inputs, reference_key)
        return jax.lax.map(mean_gains, inputs.designs), reference

    def _mean_gains(self, experiment: ad_eki.Experiment, design, weights, keys) -> Divergence:
        """The last gain of a design by schedule, averaged over ensembles."""
        iterations = self.block["iterations"]
        schedules = [eki.schedule(name, iterations) for name in SCHEDULES]
        plans = tuple(jnp.array([getattr(plan, part) for plan in schedules]) for part in PARTS)
        # what only the design needs, once for all ensembles and schedules
        forward, data = experiment.forward(design), experiment.observe(design)
        prepared = experiment._replace(forward=lambda _: forward, observe=lambda _: data)

        def last_gain(key, plan):
            """The gain after the last iteration of one ensemble by one schedule."""
            draw = fresh_ensemble(self.block, key, weights, iterations, sensors=1)
            schedule = eki.Schedule(**dict(zip(PARTS, plan, strict=True)))
            history = ad_eki.gain_history(design, prepared, draw, schedule)
            return jax.tree.map(lambda values: values[-1], history)

        gains = jax.lax.map(lambda plan: jax.lax.map(lambda key: last_gain(key, plan), keys), plans)
        return jax.tree.map(lambda values: jnp.mean(values, axis=1), gains)

    def _reference(
        self,
        moment: Moment,
        experiment: ad_eki.Experiment,
        inputs: ComparisonInputs,
        key: PRNGKeyArray,
    ) -> importance.Estimate:
        """The gain of every design's datum by importance weights of samples of the prior."""
        plume = self.problem.plume
        readings = jax.lax.map(
            lambda design: plume.prepare(self.problem.sharp, moment, inputs.centre, design),
            inputs.designs,
        )
        data = jax.lax.map(lambda design: experiment.observe(design)[0], inputs.designs)

        def read(weights):
            source = self.problem.source(weights)
            return jax.vmap(lambda reading: plume.read(reading, source))(readings)

        return importance.reference_gains(
            key,
            importance.WeightPrior(inputs.weights, self.block["deviation"]),
            read,
            importance.Data(data, self.problem.noise.deviation(data)),
            self.samples,
        )


def window_grid(
    start: Float[np.ndarray, "replicate 2"], settings: dict, points: int
) -> Float[np.ndarray, "replicate designs 2"]:
    """A grid over each replicate's move window, points² designs: x slow, y fast, length."""
    limit, domain = settings["discrepancy_experiment"]["move_limit"], settings["experiment"]
    window = projected_adam.window(start, limit, *projected_adam.bounds(domain))
    lower, upper = np.asarray(window.lower), np.asarray(window.upper)
    grids = [
        np.stack(np.meshgrid(*axes.T, indexing="ij"), axis=-1).reshape(-1, 2)
        for axes in np.linspace(lower, upper, points, axis=1)
    ]
    return np.stack(grids)


def thinned_path(
    path: Float[np.ndarray, "replicate step 2"], last: Float[np.ndarray, "replicate 2"], points: int
) -> tuple[Int[np.ndarray, " points"], Float[np.ndarray, "replicate points 2"]]:
    """(numbers of design updates, positions) along the searches, both ends included.

    path: positions before each step; last: the designs that were chosen.
    """
    every = np.concatenate([path, last[:, None]], axis=1)
    updates = np.unique(np.linspace(0, every.shape[1] - 1, points).round().astype(int))
    return updates, every[:, updates]


def rank_correlation(comparison: Comparison) -> Float[np.ndarray, "replicate schedule"]:
    """Spearman correlation of each schedule's gains and the reference over the designs."""
    return np.array(
        [
            [spearmanr(gains, true).statistic for gains in by_schedule]
            for by_schedule, true in zip(
                comparison.gains.total, comparison.reference.gain, strict=True
            )
        ]
    )


def relative_spread(comparison: Comparison) -> Float[np.ndarray, "replicate schedule"]:
    """Deviation over mean of the covariance part over the designs: how much it tells them apart."""
    part = comparison.gains.covariance
    return part.std(axis=-1) / part.mean(axis=-1)
