"""The search for the design whose datum tells most about position and strength together.

Observations are linear in the strength, G(θ, d) = θ_s·g(θx, θy, d): one solution for unit strength
serves every cell of a stage. A parameter that enters nonlinearly would cost one solution for each
of its values.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray, Scalar
from boed.design import projected_adam
from boed.design.projected_adam import DeterministicProblem
from boed.design.replicated_search import ReplicatedSearch
from boed.inference.noise import log_density
from boed.studies.hybrid import inverse_problem
from boed.studies.joint.belief import JointCells, LogJoint, information_gain
from boed.systems.plume import plume_solver
from boed.systems.plume.plume_solver import Moment, Solution
from boed.systems.plume.plume_system import PlumeSystem, plume_system
from boed.systems.plume.sources import Source
from boed.systems.system import Design


class Study(NamedTuple):
    """A study whose unknowns are position and strength; unit: the modelled source at strength 1."""

    inversion: PlumeSystem
    unit: Source
    cells: JointCells


class Plumes(NamedTuple):
    """Solutions at one time: that of the true source, and of the modelled one at unit strength."""

    truth: Solution
    unit: Solution


def setup(settings: dict) -> Study:
    """The joint study that the blocks of a study with a block `joint` describe."""
    model, block = settings["model"], settings["joint"]
    known = plume_system(settings)
    strengths = np.linspace(block["lower"], block["upper"], block["cells"])
    return Study(
        inversion=known,
        unit=Source(plume_solver.sharp_source(model | {"strength": 1.0})),
        cells=JointCells(*known.cells, strengths),
    )


def solutions(study: Study, moment: Moment) -> Plumes:
    """The true plume and that of the modelled source at unit strength."""
    truth, solver = study.inversion.true.source, study.inversion.plume
    return Plumes(solver.solve(truth, moment), solver.solve(study.unit, moment))


def log_likelihood(study: Study, unit: Solution, design: Design, observed: Scalar) -> LogJoint:
    """log p(observation | position, strength) of every cell; unit: the solution for unit strength
    (ad_eki Eq. 17).
    """
    values = study.inversion.plume.over_centres(unit, design, study.cells.x, study.cells.y)
    predicted = values[:, :, None] * study.cells.strength
    return log_density(observed, predicted, study.inversion.noise.deviation(predicted))


@dataclass(frozen=True)
class MeasuredUtility:
    """Information gain about position and strength from what the true system gives at a design,
    nats.

    before: the belief; noise: of the datum, standard normal or 0.
    """

    study: Study
    plumes: Plumes
    before: LogJoint
    noise: Scalar

    def __call__(self, design: Design) -> Float[AnyArray, ""]:
        """The gain of the datum that comes at a design, nats."""
        truth, unit = self.plumes
        observed = inverse_problem.measure(self.study.inversion, truth, design, self.noise)
        return information_gain(self.before, log_likelihood(self.study, unit, design, observed))


class JointInputs(NamedTuple):
    """What one replicate's search goes by; of all of them with a leading axis.

    before: the belief; noise: of the datum, standard normal or 0; limit: of the move, length.
    """

    before: LogJoint
    noise: Scalar
    limit: Scalar


@dataclass(frozen=True)
class MeasuredProblem:
    """The search of one replicate for the design whose true datum tells most.

    block: the settings `experiment`; the move limit is an argument instead, so that one compiled
    search serves both data of a stage.
    """

    study: Study
    block: dict

    def __call__(
        self, moment: Moment, start: Design, arguments: JointInputs
    ) -> DeterministicProblem:
        """From a start, under a belief, no further away than the limit."""
        before, noise, limit = arguments
        utility = MeasuredUtility(self.study, solutions(self.study, moment), before, noise)
        box = projected_adam.window(start, limit, *projected_adam.bounds(self.block))
        return DeterministicProblem(utility, box)


def design_search(study: Study, block: dict) -> ReplicatedSearch:
    """The compiled search of all replicates, whose arguments are `JointInputs`."""
    return ReplicatedSearch(
        MeasuredProblem(study, block), projected_adam.ascent(block), block["grid"]
    )
