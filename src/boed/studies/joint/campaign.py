"""Joint design: one belief over the source's position and its strength, the reference for learning
them apart.

A stage takes as many data as the hybrid method does, one in the first and two in each later one, so
that what they find can be compared: the second design maximises the gain about the joint parameters
once more, near the stage's first.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray, Scalar
from boed.inference import grid_belief
from boed.inference.grid_belief import LogBelief
from boed.inference.map_estimate import map_estimate
from boed.keys import key_for
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.stage_files import observation_noise
from boed.studies.joint import belief
from boed.studies.joint.belief import LogJoint
from boed.studies.joint.design_counts import KINDS, kinds_of
from boed.studies.joint.search import (
    JointInputs,
    Study,
    design_search,
    log_likelihood,
    setup,
    solutions,
)
from boed.systems.system import Design, Moment


class Summary(NamedTuple):
    """What the belief of a replicate says of position and strength; lengths in those of the domain,
    credible_level the probability of the credible region that just reaches the true source.
    """

    location_error: Scalar
    posterior_spread: Scalar
    credible_level: Scalar
    strength_mean: Scalar
    strength_deviation: Scalar
    strength_mode: Scalar
    strength_log_probability: Float[AnyArray, " strength"]
    position_log_probability: LogBelief


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
    first_design: Float[AnyArray, "stage replicate coordinates"]
    second_design: Float[AnyArray, "later replicate coordinates"]


@dataclass(frozen=True)
class BeliefUpdate:
    """The belief of one replicate after measuring the true system."""

    study: Study

    def __call__(self, moment: Moment, before: LogJoint, design: Design, noise: Scalar) -> LogJoint:
        """The belief after a datum at a design; noise: standard normal or 0."""
        truth, unit = solutions(self.study, moment)
        observed = inverse_problem.measure(self.study.inversion, truth, design, noise)
        return belief.update(before, log_likelihood(self.study, unit, design, observed))


@dataclass(frozen=True)
class Summarise:
    """What the belief of one replicate says; settings: `belief`, for the MAP, and `truth`."""

    study: Study
    settings: dict

    def __call__(self, joint: LogJoint) -> Summary:
        """Its summary, held against the true source."""
        cells, location = self.study.cells, np.asarray(self.settings["truth"]["location"])
        position = belief.position_belief(joint)
        estimate = map_estimate(self.settings["belief"], cells.position)(position)
        mean, deviation = belief.strength_moments(joint, cells)
        return Summary(
            location_error=jnp.linalg.norm(estimate - location),
            posterior_spread=grid_belief.spread(position, cells.position),
            credible_level=grid_belief.credible_level(position, cells.position, location),
            strength_mean=mean,
            strength_deviation=deviation,
            strength_mode=belief.strength_mode(joint, cells),
            strength_log_probability=belief.strength_belief(joint),
            position_log_probability=position,
        )


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


def move_limits(settings: dict) -> dict[str, float]:
    """How far the search for each kind of datum may move."""
    blocks = settings["experiment"], settings["discrepancy_experiment"]
    return {kind: float(block["move_limit"]) for kind, block in zip(KINDS, blocks, strict=True)}


def _run_each(settings: dict, seed: int, study_name: str) -> Record:
    """Every replicate, whether or not two are alike."""
    study, replicates, block = setup(settings), settings["replicates"], settings["experiment"]
    search = design_search(study, block)
    update = over_replicates(BeliefUpdate(study), shared=1)
    summarise = over_replicates(Summarise(study, settings), shared=0)
    limits, prior = move_limits(settings), belief.first_belief(study.cells, settings)
    joint = jnp.broadcast_to(prior, (replicates, *prior.shape))
    start = jnp.broadcast_to(jnp.asarray(block["initial"]), (replicates, 2))
    summaries, designs = [], {kind: [] for kind in KINDS}
    for stage, time in enumerate(settings["times"], start=1):
        moment = study.inversion.moment(time)
        for kind in kinds_of(stage, settings["joint"]["data"]):
            noise = jnp.asarray(observation_noise(settings, seed, (study_name, stage, kind)))
            arguments = JointInputs(joint, noise, jnp.full(replicates, limits[kind]))
            key = key_for(seed, "run_joint_design", study_name, stage, kind)
            design = search(moment, start, arguments, key, block["steps"][stage - 1])[0].design
            joint = update(moment, joint, design, noise)
            designs[kind].append(design)
            # as in the hybrid method, each search starts from the last first design, never from a
            # second one
            start = designs["physical"][-1]
        summaries.append(summarise(joint))
    first, second = (np.reshape(designs[kind], (-1, replicates, 2)) for kind in KINDS)
    stacked = Summary(*(np.stack(values) for values in zip(*summaries, strict=True)))
    return Record(**stacked._asdict(), first_design=first, second_design=second)
