"""The experiment that teaches the discrepancy's weights, as AD-EKI sees it, and its data's gain."""

import math
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
from boed.studies.hybrid.inverse_problem import by_sensor, measure
from boed.systems.system import Moment, Reading, System, Truth

Design = Float[AnyArray, " coordinates"]
Point = Float[AnyArray, " parameters"]
Noise = Float[AnyArray, "*sensors_and_outputs"]
Data = Float[AnyArray, " data"]
Weights = Float[AnyArray, " weights"]
# of no member where every stage draws an ensemble of its own
Spread = Float[AnyArray, "members weights"]


class MemberPredictions(NamedTuple):
    """What every member of an ensemble predicts for readings of one design a sensor."""

    problem: System
    readings: list[Reading]

    def __call__(self, ensemble: eki.Ensemble) -> Float[AnyArray, "members data"]:
        """The predictions: all outputs of the first sensor, those of the next."""
        columns = [self.problem.read_members(reading, ensemble) for reading in self.readings]
        return jnp.stack(columns, axis=1).reshape(len(ensemble), -1)


@dataclass(frozen=True, eq=False)
class HeldExperiment:
    """Measuring at a design, the parameters held at `centre`; truth: the system that there is.

    noise: standard normal or 0, of every output of every sensor.
    """

    problem: System
    moment: Moment
    centre: Point
    truth: Truth
    noise: Noise

    def forward(self, design: Design) -> eki.Forward:
        """What members predict at the design."""
        readings = [
            self.problem.prepare(self.moment, self.centre, design + offset)
            for offset, _ in self._sensors
        ]
        return MemberPredictions(self.problem, readings)

    def observe(self, design: Design) -> Data:
        """What the true system gives there."""
        data = [
            measure(self.problem, self.truth, design + offset, noise)
            for offset, noise in self._sensors
        ]
        return jnp.stack(data).ravel()

    def noise_factor(self, design: Design, data: Data) -> Float[AnyArray, "data data"]:
        """A square root of the noise's covariance, by the data."""
        values = data.reshape(-1, *self.problem.outputs)
        return jnp.diag(self.problem.noise.deviation(values).ravel())

    @property
    def _sensors(self) -> list[tuple[Design, Float[AnyArray, "*outputs"]]]:
        return list(zip(*by_sensor(self.problem, self.noise), strict=True))


def discrepancy_experiment(
    problem: System, moment: Moment, centre: Point, noise: Noise
) -> ad_eki.Experiment:
    """Measuring at a design to learn the discrepancy's weights, the parameters held at `centre`
    (ad_eki Eq. 19).
    """
    truth = problem.truth(moment)
    measured = HeldExperiment(
        problem=problem, moment=moment, centre=centre, truth=truth, noise=noise
    )
    return ad_eki.Experiment(
        forward=measured.forward, observe=measured.observe, noise_factor=measured.noise_factor
    )


@runtime_checkable
class ExperimentMaker(Protocol):
    """What is measured at a design, as `discrepancy_experiment` says it."""

    def __call__(
        self, problem: System, moment: Moment, centre: Point, noise: Noise
    ) -> ad_eki.Experiment:
        """The experiment of one replicate at one moment."""


class DiscrepancyInputs(NamedTuple):
    """What one replicate's discrepancy experiment goes by; of all of them with a leading axis.

    centre: where the parameters are held; noise: standard normal or 0; spread: the members'
    distances from the weights where stages carry the ensemble on, of no member where each draws its
    own.
    """

    weights: Weights
    centre: Point
    noise: Noise
    spread: Spread


def data_a_design(problem: System) -> int:
    """How many numbers a design gives: all outputs of all sensors."""
    return len(problem.offsets) * math.prod(problem.outputs)


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

    problem: System
    settings: dict

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate coordinates"],
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
        draw = drawn(block, key, inputs, block["iterations"], data_a_design(self.problem))
        plan = plan_of(block, block["iterations"])
        learned = ad_eki.posterior_ensemble(design, experiment, draw, plan)
        return learned - jnp.mean(learned, axis=0)


@dataclass(frozen=True, eq=False)
class RealisedGain:
    """Information gain of the data that the designs do give, nat, of every replicate.

    By AD-EKI with its iterations sharing the data, whatever schedule the search went by, and an
    ensemble of its own, whatever stages carry on.
    """

    problem: System
    settings: dict

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate coordinates"],
        inputs: DiscrepancyInputs,
        keys: Key[AnyArray, " replicate"],
    ) -> Float[AnyArray, " replicate"]:
        """The gains."""
        return self._of_all(moment, designs, inputs, keys)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, inputs: DiscrepancyInputs, key):
        block, sensors = self.settings["discrepancy_experiment"], data_a_design(self.problem)
        plan = plan_of(block | {"schedule": "tempered"}, block["iterations"])
        draw = fresh_ensemble(block, key, inputs.weights, block["iterations"], sensors)
        experiment = discrepancy_experiment(self.problem, moment, inputs.centre, inputs.noise)
        return ad_eki.information_gain(design, experiment, draw, plan)
