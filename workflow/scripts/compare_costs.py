"""What joint and hybrid design cost: counts in closed form from the settings, and measured seconds.

The seconds differ from run to run and machine to machine: this is a benchmark. Every evaluation is
timed with its gradient, also those of the scan that precedes an ascent and needs none; a
calibration with the belief remade after it is timed with the data of the last stage, the most there
are. Products of these seconds are upper bounds. One solution a time and strength is counted, where
the papers count one a cell: all data of a stage and all cells share it.
"""

import time
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from boed.inference import grid_belief
from boed.jobs import job as frame
from boed.studies.active.indicator import judged
from boed.studies.hybrid import data_buffer, inverse_problem
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.discrepancy_calibration import Calibration, CalibrationInputs
from boed.studies.hybrid.discrepancy_experiment import DiscrepancyInputs
from boed.studies.hybrid.discrepancy_search import PROBLEMS as TEACHING
from boed.studies.hybrid.physical_experiment import PROBLEMS as LOCATING
from boed.studies.hybrid.physical_experiment import PhysicalInputs, Tables
from boed.studies.joint import joint_design

CALLS = 25


class Part(NamedTuple):
    """One part of a method: cells or members an evaluation, and over all stages evaluations,
    solutions, likelihoods.
    """

    cells: int
    evaluations: int
    solutions: int
    likelihoods: int


def physical_part(settings: dict) -> Part:
    """The hybrid method's designs for the position, each search followed by an update."""
    block, cells, count = (
        settings["experiment"],
        settings["belief"]["cells"] ** 2,
        len(settings["times"]),
    )
    evaluations = count * joint_design.candidates(block) + sum(block["steps"])
    return Part(cells, evaluations, count, cells * (evaluations + count))


def discrepancy_part(settings: dict) -> Part:
    """Its designs for the strength: predictions of ensemble members, one EKI iteration in a scan,
    all in a step.

    No solutions: a member's prediction is a reading of the solution that the position's design has
    made.
    """
    block, later = settings["discrepancy_experiment"], len(settings["times"]) - 1
    scanned, stepped = later * joint_design.candidates(block), later * block["steps"]
    predictions = block["members"] * (scanned + stepped * block["iterations"])
    return Part(block["members"] * block["iterations"], scanned + stepped, 0, predictions)


def indicator_part(settings: dict) -> Part:
    """Its questions whether a stage's own data are worth learning from, where those teach: one
    ensemble's EKI each.
    """
    block, later = settings["discrepancy_experiment"], len(settings["times"]) - 1
    each = block["members"] * block["iterations"]
    return Part(each, later, 0, each * later)


def teaches_itself(settings: dict) -> bool:
    """Whether the physical designs' own data teach the model, as in active_learning."""
    return "indicator" in settings


def data_at(settings: dict, stage):
    """Measurements that a stage has at its end: one a stage, and one more where another design
    teaches.
    """
    return stage if teaches_itself(settings) else 2 * stage - 1


def calibration_part(settings: dict) -> Part:
    """Its calibrations, with the beliefs that they draw from and the one that is remade
    after each.
    """
    later = np.arange(2, len(settings["times"]) + 1)
    rounds = (
        settings["calibration"]["rounds"] if settings["calibration"]["centres"] == "belief" else 0
    )
    replayed, held = settings["reupdate"] == "replay", data_at(settings, later)
    data = rounds * held + np.where(replayed, held, 1)
    times = rounds * later + np.where(replayed, later, 1)
    cells = settings["belief"]["cells"] ** 2
    return Part(cells, later.size, int(times.sum()), int(cells * data.sum()))


def joint_part(settings: dict) -> Part:
    """The joint method, which does nothing but choose designs and update."""
    costs = joint_design.costs(settings)
    return Part(costs.cells, *(int(np.sum(part)) for part in costs[1:]))


def seconds(function, *arguments, calls=CALLS) -> float:
    """Median wall time of a compiled call, seconds."""
    compiled, taken = jax.jit(function), []
    jax.block_until_ready(compiled(*arguments))
    for _ in range(calls):
        began = time.perf_counter()
        jax.block_until_ready(compiled(*arguments))
        taken.append(time.perf_counter() - began)
    return float(np.median(taken))


def teaching_seconds(settings: dict, known, moment, design, weights) -> float:
    """Seconds of one look at what would teach the strength: the indicator, or a utility with its
    gradient.
    """
    noise = jnp.array(0.0)
    if teaches_itself(settings):
        judge, each = judged(known, settings), (weights[None], design[None], noise[None])
        return seconds(lambda key: judge(moment, design[None], each, key), jax.random.key(0))
    teaching = settings["discrepancy_experiment"]
    build = TEACHING[teaching["utility"]](known, teaching, settings["experiment"])
    inputs = DiscrepancyInputs(
        weights=weights, centre=design, noise=noise, spread=jnp.zeros((0, weights.size))
    )
    problem = build(moment, design, inputs)
    return seconds(problem.value_and_gradient, design, jax.random.key(0))


def design_seconds(settings: dict) -> tuple[float, float, float]:
    """Seconds of one utility with its gradient: joint, hybrid for the position, hybrid for the
    strength.
    """
    study, block = joint_design.setup(settings), settings["experiment"]
    known = study.inversion
    design, weights = jnp.asarray(block["initial"]), jnp.array([settings["model"]["strength"]])
    moment, noise = (
        jax.tree.map(jnp.asarray, known.plume.moment(settings["times"][0])),
        jnp.array(0.0),
    )
    first = jnp.asarray(joint_design.first_belief(study.cells, settings))
    position = jnp.asarray(grid_belief.uniform(known.cells))
    table = Tables(known, block)(moment, design[None], weights[None])[0]
    problems = (
        joint_design.measured_problem(study, block)(
            moment, design, (first, noise, block["move_limit"])
        ),
        LOCATING[block["utility"]](known, block)(
            moment, design, PhysicalInputs(table, position, noise)
        ),
    )
    each = [seconds(problem.value_and_gradient, design, jax.random.key(0)) for problem in problems]
    return *each, teaching_seconds(settings, known, moment, design, weights)


def calibration_seconds(settings: dict) -> float:
    """Seconds of one calibration and the belief remade after it, with the data of the
    last stage.
    """
    study, count = inverse_problem.setup(settings), len(settings["times"])
    twice = [] if teaches_itself(settings) else settings["times"][1:]
    moments = study.plume.moments([*settings["times"], *twice])
    data = data_buffer.empty(1, data_at(settings, count))
    data = data._replace(
        design=data.design + 0.5, observed=data.observed + 0.5, used=jnp.ones_like(data.used)
    )
    weights, centre = jnp.full((1, 1), settings["model"]["strength"]), jnp.full((1, 2), 0.5)
    calibrate, update = Calibration(study, settings), BeliefUpdate(study, settings)
    rate, prior = (
        jnp.asarray(settings["calibration"]["rates"][-1]),
        jnp.asarray(grid_belief.uniform(study.cells))[None],
    )

    def both(data, weights):
        keys = jax.random.split(jax.random.key(0), 1)
        inputs = CalibrationInputs(
            data=data, trained=data.used, weights=weights, first=weights, centre=centre, key=keys
        )
        trained, _ = calibrate(moments, rate, inputs)
        return update(moments, data, trained, prior)

    return seconds(both, data, weights, calls=3)


COLUMNS = [
    "method",
    "part",
    "cells",
    "evaluations",
    "model_solutions",
    "cell_likelihoods",
    "seconds_each",
    "seconds",
]


def main(snakemake):
    settings = snakemake.params.settings
    own = indicator_part if teaches_itself(settings) else discrepancy_part
    parts = [part(settings) for part in (joint_part, physical_part, own, calibration_part)]
    each = [*design_seconds(settings), calibration_seconds(settings)]
    names = [
        ("joint", "all"),
        ("hybrid", "physical_design"),
        ("hybrid", "indicator" if teaches_itself(settings) else "discrepancy_design"),
        ("hybrid", "calibration"),
    ]
    total = [part.evaluations * one for part, one in zip(parts, each, strict=True)]
    rows = [
        [*name, *part, f"{one:.3g}", f"{whole:.3g}"]
        for name, part, one, whole in zip(names, parts, each, total, strict=True)
    ]
    hybrid = [sum(part[i] for part in parts[1:]) for i in (2, 3)]
    frame.LOG.info("seconds: joint %.2f, hybrid %.2f", total[0], sum(total[1:]))
    return COLUMNS, [*rows, ["hybrid", "all", "", "", *hybrid, "", f"{sum(total[1:]):.3g}"]]


if __name__ == "__main__":
    frame.run(main, snakemake, save=frame.save_table)
