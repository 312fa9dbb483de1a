"""The search for the design that teaches the discrepancy's weights most."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import ad_eki, projected_adam
from boed.design.projected_adam import Evaluation, Window
from boed.design.replicated_search import ReplicatedSearch
from boed.inference import ensembles
from boed.studies.hybrid.discrepancy_experiment import (
    DiscrepancyInputs,
    ExperimentMaker,
    data_a_design,
    discrepancy_experiment,
    drawn,
    plan_of,
)
from boed.systems.system import Moment, System

Point = Float[AnyArray, " coordinates"]
Utility = Float[AnyArray, ""]


@dataclass(frozen=True, eq=False)
class MeasuredGain:
    """The gain of the datum that the true system gives, for an ensemble drawn with the key.

    block: the settings `discrepancy_experiment`; sensors: number of data of a design.
    """

    experiment: ad_eki.Experiment
    inputs: DiscrepancyInputs
    block: dict
    sensors: int
    box: Window

    def value(self, design: Point, key: PRNGKeyArray) -> Utility:
        """The gain after a single EKI iteration, cheap enough for a grid."""
        return self.gain_of(self.experiment, design, key)

    def gain_of(self, experiment: ad_eki.Experiment, design: Point, key: PRNGKeyArray) -> Utility:
        """The same of another experiment."""
        draw = drawn(self.block, key, self.inputs, 1, self.sensors)
        return ad_eki.information_gain(design, experiment, draw, plan_of(self.block, 1))

    def evaluate(self, design: Point, key: PRNGKeyArray) -> Evaluation:
        """The gain after all iterations and its gradient."""
        iterations = self.block["iterations"]
        draw = drawn(self.block, key, self.inputs, iterations, self.sensors)
        plan = plan_of(self.block, iterations)
        return ad_eki.evaluation(design, self.experiment, draw, plan)


@dataclass(frozen=True, eq=False)
class ExpectedGain:
    """E[D] − λ·Var[D] over the data that the weights themselves predict, λ being `risk_aversion`;
    ensemble and samples are drawn with the key.
    """

    measured: MeasuredGain
    box: Window

    def value(self, design: Point, key: PRNGKeyArray) -> Utility:
        """The utility, each gain after a single EKI iteration."""
        ensemble_key, samples_key = jax.random.split(key)

        def of_sample(sample):
            predicted = ad_eki.predicted(self.measured.experiment, *sample)
            return self.measured.gain_of(predicted, design, ensemble_key)

        gains = jax.lax.map(of_sample, self._samples(samples_key))
        return ad_eki.risk_averse(gains, self.measured.block["risk_aversion"])

    def evaluate(self, design: Point, key: PRNGKeyArray) -> Evaluation:
        """The utility, each gain after all iterations, and its gradient."""
        ensemble_key, samples_key = jax.random.split(key)
        block, iterations = self.measured.block, self.measured.block["iterations"]
        draw = drawn(block, ensemble_key, self.measured.inputs, iterations, self.measured.sensors)
        expectation = ad_eki.Expectation(self._samples(samples_key), block["risk_aversion"])
        plan = plan_of(block, iterations)
        return ad_eki.expected_evaluation(design, self.measured.experiment, draw, plan, expectation)

    def _samples(self, key: PRNGKeyArray) -> ensembles.Samples:
        weights, block = self.measured.inputs.weights, self.measured.block
        return ensembles.draw_samples(
            key, weights, block["deviation"], block["samples"], self.measured.sensors
        )


@dataclass(frozen=True, eq=False)
class MeasuredProblem:
    """The search for the design whose true data teach most.

    block: the settings `discrepancy_experiment`; domain: its bounds, `lower` and `upper`;
    experiment: what is measured, by so many sensors; None for as many as the problem has.
    """

    problem: System
    block: dict
    domain: dict
    experiment: ExperimentMaker = discrepancy_experiment
    sensors: int | None = None

    def __call__(self, moment: Moment, start: Point, arguments: DiscrepancyInputs) -> MeasuredGain:
        """The search of one replicate."""
        made = self.experiment(self.problem, moment, arguments.centre, arguments.noise)
        return MeasuredGain(
            experiment=made,
            inputs=arguments,
            block=self.block,
            sensors=data_a_design(self.problem) if self.sensors is None else self.sensors,
            box=self._box(start),
        )

    def _box(self, start: Point) -> Window:
        limit, ends = self.block["move_limit"], projected_adam.bounds(self.domain)
        return projected_adam.window(jnp.asarray(start), limit, *ends, self.problem.allowed)


@dataclass(frozen=True, eq=False)
class PredictedProblem:
    """The search for the design that is expected to teach most, by what the weights themselves
    predict; see `MeasuredProblem`.
    """

    problem: System
    block: dict
    domain: dict

    def __call__(self, moment: Moment, start: Point, arguments: DiscrepancyInputs) -> ExpectedGain:
        """The search of one replicate."""
        measured = MeasuredProblem(self.problem, self.block, self.domain)
        made = measured(moment, start, arguments)
        return ExpectedGain(made, made.box)


PROBLEMS = {"measured": MeasuredProblem, "predicted": PredictedProblem}


def discrepancy_search(problem: System, settings: dict) -> ReplicatedSearch:
    """The search of all replicates; its arguments are DiscrepancyInputs."""
    block = settings["discrepancy_experiment"]
    searched = PROBLEMS[block["utility"]](problem, block, settings["experiment"])
    return ReplicatedSearch(searched, projected_adam.ascent(block), block["grid"])
