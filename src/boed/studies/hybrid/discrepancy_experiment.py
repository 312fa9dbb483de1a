"""The experiment that teaches the discrepancy's weights, as AD-EKI sees it, and its data's gain."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import ad_eki
from boed.inference import eki, ensembles
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.inverse_problem import (
    InverseProblem,
    measure,
    prepare,
    read_members,
    true_plume,
)
from boed.systems.plume.plume_solver import Moment, Reading, Solution

Point = Float[AnyArray, "2"]
Noise = Float[AnyArray, "*sensors"]
Outputs = Float[AnyArray, " sensors"]
Weights = Float[AnyArray, " weights"]
# of no member where every stage draws an ensemble of its own
Spread = Float[AnyArray, "members weights"]


class MemberPredictions(NamedTuple):
    """What every member of an ensemble predicts for readings of one point a sensor."""

    problem: InverseProblem
    readings: list[Reading]

    def __call__(self, ensemble: eki.Ensemble) -> Float[AnyArray, "members sensors"]:
        """The predictions."""
        columns = [read_members(self.problem, reading, ensemble) for reading in self.readings]
        return jnp.stack(columns, axis=1)


@dataclass(frozen=True, eq=False)
class SourceExperiment:
    """Measuring at a design, the source held at `centre`; truth: the plume that there is.

    noise: standard normal or 0, of every sensor.
    """

    problem: InverseProblem
    moment: Moment
    centre: Point
    truth: Solution
    noise: Noise

    def forward(self, design: Point) -> eki.Forward:
        """What members predict at the design."""
        readings = [
            prepare(self.problem, self.moment, self.centre, design + offset)
            for offset, _ in self._sensors
        ]
        return MemberPredictions(self.problem, readings)

    def observe(self, design: Point) -> Outputs:
        """What the true system gives there."""
        data = [
            measure(self.problem, self.truth, design + offset, noise)
            for offset, noise in self._sensors
        ]
        return jnp.stack(data)

    def noise_factor(self, design: Point, data: Outputs) -> Float[AnyArray, "sensors sensors"]:
        """A square root of the noise's covariance, by the data."""
        return jnp.diag(self.problem.noise.deviation(data))

    @property
    def _sensors(self) -> list[tuple[Point, Float[AnyArray, ""]]]:
        return list(zip(self.problem.offsets, jnp.atleast_1d(self.noise), strict=True))


def discrepancy_experiment(
    problem: InverseProblem, moment: Moment, centre: Point, noise: Noise
) -> ad_eki.Experiment:
    """Measuring at a design to learn the discrepancy's weights, the source held at `centre` (ad_eki
    Eq. 19).
    """
    truth = true_plume(problem, moment)
    measured = SourceExperiment(
        problem=problem, moment=moment, centre=centre, truth=truth, noise=noise
    )
    return ad_eki.Experiment(
        forward=measured.forward, observe=measured.observe, noise_factor=measured.noise_factor
    )


@runtime_checkable
class ExperimentMaker(Protocol):
    """What is measured at a design, as `discrepancy_experiment` says it."""

    def __call__(
        self, problem: InverseProblem, moment: Moment, centre: Point, noise: Noise
    ) -> ad_eki.Experiment:
        """The experiment of one replicate at one moment."""


class DiscrepancyInputs(NamedTuple):
    """What one replicate's discrepancy experiment goes by; of all of them with a leading axis.

    centre: where the source is held; noise: standard normal or 0; spread: the members' distances
    from the weights where stages carry the ensemble on, of no member where each draws its own.
    """

    weights: Weights
    centre: Point
    noise: Noise
    spread: Spread


def plan_of(block: dict, iterations: int) -> eki.Schedule:
    """How so many EKI iterations use a datum, by the settings `discrepancy_experiment`."""
    return eki.schedule(block["schedule"], iterations, block["inflation"], block["localisation"])


def fresh_ensemble(
    block: dict, key: PRNGKeyArray, weights: Weights, iterations: int, sensors: int
) -> ensembles.Draw:
    """An ensemble around the weights, as the settings `discrepancy_experiment` say."""
    shape = ensembles.Shape(block["members"], iterations, sensors)
    return ensembles.draw(key, weights, block["deviation"], shape)


def drawn(
    block: dict, key: PRNGKeyArray, inputs: DiscrepancyInputs, iterations: int, sensors: int
) -> ensembles.Draw:
    """An ensemble around the weights: a fresh one, or that of the spread that stages carry on."""
    fresh = fresh_ensemble(block, key, inputs.weights, iterations, sensors)
    if block["ensembles"] == "fresh":
        return fresh
    return fresh._replace(ensemble=inputs.weights + inputs.spread)


def first_spread(
    settings: dict, keys: Key[AnyArray, " replicate"], weights: Float[AnyArray, "replicate weight"]
) -> Float[AnyArray, "replicate members weight"]:
    """The spread of every replicate's ensemble before any data: none where each stage draws its
    own.
    """
    block = settings["discrepancy_experiment"]
    if block["ensembles"] == "fresh":
        return jnp.zeros((len(weights), 0, weights.shape[1]))
    shape = (block["members"], weights.shape[1])
    return block["deviation"] * jax.vmap(lambda key: jax.random.normal(key, shape))(keys)


@dataclass(frozen=True, eq=False)
class SpreadAfter:
    """The spread of the ensemble after the data of a design, of every replicate.

    What the posterior of the weights leaves to the next stage as its prior, around the calibrated
    weights (ad_eki §2.5); of no member where each stage draws its own.
    """

    problem: InverseProblem
    settings: dict

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate 2"],
        inputs: DiscrepancyInputs,
        keys: Key[AnyArray, " replicate"],
    ) -> Float[AnyArray, "replicate members weight"]:
        """The spreads."""
        return self._of_all(moment, designs, inputs, keys)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, inputs: DiscrepancyInputs, key):
        block = self.settings["discrepancy_experiment"]
        if block["ensembles"] == "fresh":
            return inputs.spread
        experiment = discrepancy_experiment(self.problem, moment, inputs.centre, inputs.noise)
        draw = drawn(block, key, inputs, block["iterations"], len(self.problem.offsets))
        plan = plan_of(block, block["iterations"])
        learned = ad_eki.posterior_ensemble(design, experiment, draw, plan)
        return learned - jnp.mean(learned, axis=0)


@dataclass(frozen=True, eq=False)
class RealisedGain:
    """Information gain of the data that the designs do give, nat, of every replicate.

    By AD-EKI with its iterations sharing the data, whatever schedule the search went by, and an
    ensemble of its own, whatever stages carry on.
    """

    problem: InverseProblem
    settings: dict

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate 2"],
        inputs: DiscrepancyInputs,
        keys: Key[AnyArray, " replicate"],
    ) -> Float[AnyArray, " replicate"]:
        """The gains."""
        return self._of_all(moment, designs, inputs, keys)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, inputs: DiscrepancyInputs, key):
        block, sensors = self.settings["discrepancy_experiment"], len(self.problem.offsets)
        plan = plan_of(block | {"schedule": "tempered"}, block["iterations"])
        draw = fresh_ensemble(block, key, inputs.weights, block["iterations"], sensors)
        experiment = discrepancy_experiment(self.problem, moment, inputs.centre, inputs.noise)
        return ad_eki.information_gain(design, experiment, draw, plan)
