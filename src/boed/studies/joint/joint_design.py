"""Joint design: one belief over the source's position and its strength, the reference for learning
them apart.

Observations are linear in the strength, G(θ, d) = θ_s·g(θx, θy, d): one solution for unit strength
serves every cell of a stage. A parameter that enters nonlinearly would cost one solution for each
of its values. A stage takes as many data as the hybrid method does, one in the first and two in
each later one, so that what they find can be compared: the second design maximises the gain about
the joint parameters once more, near the stage's first.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray, Scalar
from boed.design import projected_adam
from boed.design.projected_adam import DeterministicProblem
from boed.design.replicated_search import ReplicatedSearch
from boed.inference import grid_belief
from boed.inference.grid_belief import Cells, LogBelief
from boed.inference.map_estimate import map_estimate
from boed.inference.noise import log_density
from boed.keys import key_for
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Design, Inversion
from boed.studies.hybrid.stage_files import observation_noise
from boed.systems.plume import plume_solver
from boed.systems.plume.plume_solver import Moment, Solution
from boed.systems.plume.sources import Source

LogJoint = Float[AnyArray, "x y strength"]
# the measurements of a stage, called as the hybrid method's, whose sampled noise they share
KINDS = ("physical", "discrepancy")


class JointCells(NamedTuple):
    """Positions of the cells along x and y and their strengths, each evenly spaced."""

    x: Float[AnyArray, " x"]
    y: Float[AnyArray, " y"]
    strength: Float[AnyArray, " strength"]

    @property
    def position(self) -> Cells:
        """The cells of the position alone."""
        return Cells(self.x, self.y)


class Study(NamedTuple):
    """A study whose unknowns are position and strength; unit: the modelled source at strength 1."""

    inversion: Inversion
    unit: Source
    cells: JointCells


class Costs(NamedTuple):
    """What each stage evaluates; a gradient counts as part of its evaluation, early stops of a
    search do not count.

    model_solutions: one, since all data of a stage share its time and all cells the solution for
    unit strength. cell_likelihoods: those of every design that a search looks at, and of the update
    after it.
    """

    cells: int
    design_evaluations: Int[AnyArray, " stage"]
    model_solutions: Int[AnyArray, " stage"]
    cell_likelihoods: Int[AnyArray, " stage"]


class Record(NamedTuple):
    """What is known at the end of every stage; the second designs begin with stage 2."""

    location_error: Float[AnyArray, "stage replicate"]
    posterior_spread: Float[AnyArray, "stage replicate"]
    credible_level: Float[AnyArray, "stage replicate"]
    strength_mean: Float[AnyArray, "stage replicate"]
    strength_deviation: Float[AnyArray, "stage replicate"]
    strength_mode: Float[AnyArray, "stage replicate"]
    strength_log_probability: Float[AnyArray, "stage replicate strength"]
    position_log_probability: Float[AnyArray, "stage replicate x y"]
    first_design: Float[AnyArray, "stage replicate coordinate"]
    second_design: Float[AnyArray, "later replicate coordinate"]


def setup(settings: dict) -> Study:
    """The joint study that the blocks of a study with a block `joint` describe."""
    model, block = settings["model"], settings["joint"]
    known = inverse_problem.setup(settings)
    strengths = np.linspace(block["lower"], block["upper"], block["cells"])
    return Study(
        known,
        Source(plume_solver.sharp_source(model | {"strength": 1.0})),
        JointCells(*known.cells, strengths),
    )


def uniform_prior(cells: JointCells) -> LogJoint:
    """Every cell is as probable as any other: the papers' reference (active_learning §3.1.1)."""
    return prior_of(cells, np.zeros(cells.strength.size))


def normal_prior(cells: JointCells, mean: float, deviation: float) -> LogJoint:
    """Uniform in position; in strength N(mean, deviation²) restricted to the cells: the hybrid
    method's ensemble.
    """
    return prior_of(cells, -0.5 * ((cells.strength - mean) / deviation) ** 2)


def prior_of(cells: JointCells, log_strength: Float[AnyArray, " strength"]) -> LogJoint:
    """Uniform in position; log_strength: log density at the strengths' cells, up to a constant."""
    normalised = log_strength - np.logaddexp.reduce(log_strength)
    return grid_belief.uniform(cells.position)[:, :, None] + normalised


def first_belief(cells: JointCells, settings: dict) -> LogJoint:
    """The belief before any data that `joint.prior` names."""
    mean, deviation = settings["model"]["strength"], settings["discrepancy_experiment"]["deviation"]
    priors = {
        "uniform": uniform_prior,
        "normal": lambda cells: normal_prior(cells, mean, deviation),
    }
    return priors[settings["joint"]["prior"]](cells)


def log_likelihood(study: Study, unit: Solution, design: Design, observed) -> LogJoint:
    """log p(observation | position, strength) of every cell; unit: the solution for unit strength
    (ad_eki Eq. 17).
    """
    values = study.inversion.plume.over_centres(unit, design, study.cells.x, study.cells.y)
    predicted = values[:, :, None] * study.cells.strength
    return log_density(observed, predicted, study.inversion.noise.deviation(predicted))


def update(before: LogJoint, likelihood: LogJoint) -> LogJoint:
    """Bayes' theorem in log space; the result sums to one."""
    product = before + likelihood
    return product - jax.nn.logsumexp(product)


def information_gain(before: LogJoint, likelihood: LogJoint) -> Float[AnyArray, ""]:
    """D_KL(posterior ‖ prior) = E_posterior[log likelihood] − log evidence, in nats
    (ad_eki Eq. 2).
    """
    product = before + likelihood
    # normalised only once summed: one exponential a cell instead of three
    top = jax.lax.stop_gradient(jnp.max(product))
    mass = jnp.exp(product - top)
    total = jnp.sum(mass)
    return jnp.sum(mass * likelihood) / total - jnp.log(total) - top


def position_belief(joint: LogJoint) -> LogBelief:
    """The belief about the position, whatever the strength."""
    return jax.nn.logsumexp(joint, axis=2)


def strength_belief(joint: LogJoint) -> Float[AnyArray, " strength"]:
    """Log probabilities of the strengths, wherever the source is."""
    return jax.nn.logsumexp(joint, axis=(0, 1))


def strength_moments(joint: LogJoint, cells: JointCells) -> tuple[Scalar, Scalar]:
    """Mean and standard deviation of the strength."""
    probability = jnp.exp(strength_belief(joint))
    mean = probability @ cells.strength
    return mean, jnp.sqrt(probability @ (cells.strength - mean) ** 2)


def strength_mode(joint: LogJoint, cells: JointCells) -> Scalar:
    """Most probable strength wherever the source is: the top of the parabola through the best
    cell's neighbours.
    """
    log_strength = strength_belief(joint)
    top = jnp.clip(jnp.argmax(log_strength), 1, cells.strength.size - 2)
    low, middle, high = jax.lax.dynamic_slice(log_strength, (top - 1,), (3,))
    shift = jnp.clip(0.5 * (low - high) / (low - 2 * middle + high), -1.0, 1.0)
    return jnp.asarray(cells.strength)[top] + shift * (cells.strength[1] - cells.strength[0])


def solutions(study: Study, moment: Moment) -> tuple[Solution, Solution]:
    """The true plume and that of the modelled source at unit strength."""
    truth, solver = study.inversion.truth.source, study.inversion.plume
    return solver.solve(truth, moment), solver.solve(study.unit, moment)


def measured_utility(
    study: Study, truth: Solution, unit: Solution, design: Design, before: LogJoint, noise
):
    """Information gain about position and strength from what the true system gives at a design,
    nats.
    """
    observed = inverse_problem.measure(study.inversion, truth, design, noise)
    return information_gain(before, log_likelihood(study, unit, design, observed))


def measured_problem(study: Study, block: dict) -> Callable[..., DeterministicProblem]:
    """(moment, start, (prior, noise, move limit)) → the search for the design whose datum tells
    most.

    block: the settings `experiment`; its move limit is an argument here, so that one compiled
    search serves both data.
    """

    def problem(moment, start, arguments) -> DeterministicProblem:
        """The search of one replicate."""
        before, noise, limit = arguments
        truth, unit = solutions(study, moment)

        def utility(design):
            return measured_utility(study, truth, unit, design, before, noise)

        box = projected_adam.window(start, limit, *projected_adam.bounds(block))
        return DeterministicProblem(utility, box)

    return problem


def design_search(study: Study, block: dict) -> Callable:
    """(moment, starts, (priors, noise, move limits), key, steps) → (state, info) of all
    replicates.
    """
    return ReplicatedSearch(
        measured_problem(study, block), projected_adam.ascent(block), block["grid"]
    )


def belief_update(study: Study) -> Callable:
    """(moment, priors, designs, standard normal noise) → the belief after measuring there."""

    def one(moment, before, design, noise):
        truth, unit = solutions(study, moment)
        observed = inverse_problem.measure(study.inversion, truth, design, noise)
        return update(before, log_likelihood(study, unit, design, observed))

    return over_replicates(one, shared=1)


def summary(study: Study, settings: dict) -> Callable:
    """beliefs → what they say of position and strength."""
    cells, location = study.cells, np.asarray(settings["truth"]["location"])
    estimated = map_estimate(settings["belief"], cells.position)

    def one(joint):
        """What one replicate's belief says."""
        position = position_belief(joint)
        estimate = estimated(position)
        mean, deviation = strength_moments(joint, cells)
        return {
            "location_error": jnp.linalg.norm(estimate - location),
            "posterior_spread": grid_belief.spread(position, cells.position),
            "credible_level": grid_belief.credible_level(position, cells.position, location),
            "strength_mean": mean,
            "strength_deviation": deviation,
            "strength_mode": strength_mode(joint, cells),
            "strength_log_probability": strength_belief(joint),
            "position_log_probability": position,
        }

    return over_replicates(one, shared=0)


def kinds_of(stage: int, data: int) -> tuple[str, ...]:
    """The measurements of a stage, counted from 1: one in the first, `data` later, as the hybrid
    method takes.
    """
    return KINDS[:data] if stage > 1 else KINDS[:1]


def costs(settings: dict) -> Costs:
    """What every stage evaluates, in closed form from the settings."""
    block = settings["experiment"]
    cells = settings["belief"]["cells"] ** 2 * settings["joint"]["cells"]
    data = np.array(
        [
            len(kinds_of(stage, settings["joint"]["data"]))
            for stage in range(1, len(settings["times"]) + 1)
        ]
    )
    evaluations = data * (candidates(block) + np.array(block["steps"]))
    return Costs(cells, evaluations, np.ones_like(data), cells * (evaluations + data))


def candidates(block: dict) -> int:
    """Designs that are compared for the start of a search: a grid and where the search stands, or
    none.
    """
    return block["grid"] ** 2 + 1 if block["grid"] else 0


def run(settings: dict, seed: int, study_name: str) -> Record:
    """Every stage for all replicates; observations carry the noise of the hybrid method's of the
    same name.

    Without sampled noise one replicate stands for all: chance enters only after a gradient that is
    not finite.
    """
    replicates = settings["replicates"]
    if settings["noise"]["observation_noise"] == "none":
        settings = settings | {"replicates": 1}
    record = _run_each(settings, seed, study_name)
    return Record(*(np.broadcast_to(v, (len(v), replicates, *v.shape[2:])) for v in record))


def _run_each(settings: dict, seed: int, study_name: str) -> Record:
    """Every replicate, whether or not two are alike."""
    study, replicates, block = setup(settings), settings["replicates"], settings["experiment"]
    find, learn, say = design_search(study, block), belief_update(study), summary(study, settings)
    limits = dict(
        zip(
            KINDS,
            (block["move_limit"], settings["discrepancy_experiment"]["move_limit"]),
            strict=True,
        )
    )
    first = first_belief(study.cells, settings)
    joint = jnp.broadcast_to(first, (replicates, *first.shape))
    start = jnp.broadcast_to(jnp.asarray(block["initial"]), (replicates, 2))
    said, designs = [], {kind: [] for kind in KINDS}
    for stage, time in enumerate(settings["times"], start=1):
        moment = study.inversion.plume.moment(time)
        for kind in kinds_of(stage, settings["joint"]["data"]):
            noise = jnp.asarray(observation_noise(seed, study_name, stage, kind, settings))
            own = (joint, noise, jnp.full(replicates, limits[kind]))
            key = key_for(seed, "run_joint_design", study_name, stage, kind)
            design = find(moment, start, own, key, block["steps"][stage - 1])[0].design
            joint = learn(moment, joint, design, noise)
            designs[kind].append(design)
            # as in the hybrid method, each search starts from the last first design, never from a
            # second one
            start = designs["physical"][-1]
        said.append(say(joint))
    every = {name: np.stack([stage[name] for stage in said]) for name in said[0]}
    first_design, second_design = (np.reshape(designs[kind], (-1, replicates, 2)) for kind in KINDS)
    return Record(**every, first_design=first_design, second_design=second_design)
