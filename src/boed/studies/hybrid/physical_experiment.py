"""The search for the design that teaches most about the parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import projected_adam
from boed.design.grid_eig import outcomes_of
from boed.design.projected_adam import (
    DeterministicProblem,
    Evaluation,
    Problem,
    SearchInfo,
    SearchState,
    Window,
)
from boed.design.replicated_search import ReplicatedSearch
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.beliefs import Belief, held
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import (
    Predicted,
    measured_utility,
    predicted_utility,
    predicted_utility_of_outputs,
)
from boed.systems.system import Moment, System, Table

Point = Float[AnyArray, " coordinates"]
Utility = Float[AnyArray, ""]


class PhysicalInputs(NamedTuple):
    """What one replicate's search goes by; of all of them with a leading axis.

    table: what the designs of the window have in common, made by `Tables`; noise: standard normal
    or 0, of every sensor.
    """

    table: Table
    prior: Belief
    noise: Float[AnyArray, "*sensors_and_outputs"]


@dataclass(frozen=True, eq=False)
class MeasuredProblem:
    """The search for the design whose true datum tells most (ad_eki Eq. 2); block: the settings
    `experiment`.
    """

    problem: System
    block: dict

    def __call__(
        self, moment: Moment, start: Point, arguments: PhysicalInputs
    ) -> DeterministicProblem:
        """The search of one replicate."""
        problem, prior = held(self.problem, arguments.prior)
        box = _window(problem, start, self.block)
        truth, lower = problem.truth(moment), box.lower + lowest(problem)

        def predict(point):
            return problem.in_window(arguments.table, lower, point)

        experiment = inverse_problem.Experiment(truth, predict, arguments.noise)

        def utility(design):
            return measured_utility(problem, experiment, design, prior)

        return DeterministicProblem(utility, box)


@dataclass(frozen=True, eq=False)
class OverOutcomes:
    """The gain that several outputs are expected to give, over outcomes that are the same for all
    designs under one key.

    system: holds the belief's points; prior: their log probabilities; predict: design → what the
    model predicts there for each; most: outcomes at most.
    """

    system: System
    prior: Float[AnyArray, "*cells"]
    predict: Callable[[Point], Predicted]
    most: int
    box: Window

    def value(self, design: Point, key: PRNGKeyArray) -> Utility:
        """The mean gain over the outcomes of a key."""
        outcomes = outcomes_of(key, self.prior, *self.system.outputs, self.most)
        predicted = self.predict(design)
        return predicted_utility_of_outputs(self.system, predicted, self.prior, outcomes)

    def evaluate(self, design: Point, key: PRNGKeyArray) -> Evaluation:
        """That and its gradient by reverse mode, outcomes held fixed."""
        return Evaluation.exact(*jax.value_and_grad(self.value)(design, key))


@dataclass(frozen=True, eq=False)
class PredictedProblem:
    """The search for the design that is expected to tell most, by what the model predicts (ad_eki
    Eq. 3): integrated over one number, averaged over outcomes of several.
    """

    problem: System
    block: dict

    def __call__(self, moment: Moment, start: Point, arguments: PhysicalInputs) -> Problem:
        """The search of one replicate."""
        problem, prior = held(self.problem, arguments.prior)
        box = _window(problem, start, self.block)

        def predict(design):
            return problem.in_window(arguments.table, box.lower, design)

        if not inverse_problem.is_one_number(problem):
            return OverOutcomes(problem, prior, predict, self.block["outcomes"], box)
        nodes = self.block["quadrature_nodes"]

        def utility(design):
            return predicted_utility(problem, predict(design), prior, nodes)

        return DeterministicProblem(utility, box)


PROBLEMS = {"measured": MeasuredProblem, "predicted": PredictedProblem}


def _window(problem: System, start: Point, block: dict) -> Window:
    ends = projected_adam.bounds(block)
    return projected_adam.window(start, block["move_limit"], *ends, problem.allowed)


def lowest(problem: System) -> Float[np.ndarray, " coordinates"]:
    """Least coordinates of the sensors of an array about its design."""
    return np.min(problem.offsets, axis=0)


@dataclass(frozen=True, eq=False)
class Tables:
    """What all designs in the window of a replicate's search have in common."""

    problem: System
    block: dict

    def __call__(
        self,
        moment: Moment,
        starts: Float[AnyArray, "replicate coordinates"],
        weights: Float[AnyArray, "replicate weight"],
    ) -> Table:
        """The tables of searches that begin at `starts`."""
        return self._of_all(moment, starts, weights)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, start, weights) -> Table:
        problem, width = self.problem, np.ptp(self.problem.offsets, axis=0).max()
        lower = _window(problem, start, self.block).lower + lowest(problem)
        reach = 2 * self.block["move_limit"] + float(width)
        return problem.tabulate(weights, moment, lower, reach)


@dataclass(frozen=True, eq=False)
class PhysicalSearch:
    """The search for a physical design of every replicate."""

    problem: System
    settings: dict

    def __call__(
        self,
        moment: Moment,
        start: Start,
        noise: Float[AnyArray, "replicate *sensors_and_outputs"],
        key: PRNGKeyArray,
        steps: int,
    ) -> tuple[SearchState, SearchInfo]:
        """Tabulate every replicate's window, then search; noise: standard normal or 0."""
        tables = self._tables(moment, start.design, start.weights)
        arguments = PhysicalInputs(tables, start.prior, noise)
        return self._search(moment, start.design, arguments, key, steps)

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self.problem, self.settings["experiment"])

    @cached_property
    def _search(self) -> ReplicatedSearch:
        block = self.settings["experiment"]
        searched = PROBLEMS[block["utility"]](self.problem, block)
        return ReplicatedSearch(searched, projected_adam.ascent(block), block["grid"])
