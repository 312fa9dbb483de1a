"""What one evaluation of each part of joint and hybrid design takes, in measured seconds.

They differ from run to run and machine to machine: this is a benchmark. Every evaluation is timed
with its gradient, also those of the scan that precedes an ascent and needs none; a calibration with
the belief remade after it is timed with the data of the last stage, the most there are. Products of
these seconds with `method_costs` are upper bounds.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.costs.method_costs import data_at, teaches_itself
from boed.costs.profiling import median_seconds
from boed.inference import grid_belief
from boed.studies.active.indicator import DataAtHand, Held
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.discrepancy_calibration import Calibration, CalibrationInputs
from boed.studies.hybrid.discrepancy_experiment import DiscrepancyInputs
from boed.studies.hybrid.discrepancy_search import PROBLEMS as TEACHING
from boed.studies.hybrid.physical_experiment import PROBLEMS as LOCATING
from boed.studies.hybrid.physical_experiment import PhysicalInputs, Tables
from boed.studies.joint import belief, search
from boed.systems.of_settings import system_of
from boed.systems.system import Moment, System

CALLS = 25
# a calibration takes a thousand times as long as a utility
CALIBRATIONS = 3


class Place(NamedTuple):
    """Where evaluations are timed: a time, a design and weights of the model."""

    moment: Moment
    design: Float[AnyArray, "2"]
    weights: Float[AnyArray, " weights"]


def compiled_seconds(function: Callable, *arguments, calls: int = CALLS) -> float:
    """Median wall time of a compiled call, seconds."""
    compiled = jax.jit(function)
    jax.block_until_ready(compiled(*arguments))
    return median_seconds(lambda: compiled(*arguments), calls)


def seconds_by_part(settings: dict) -> dict[tuple[str, str], float]:
    """Seconds of one evaluation by (method, part), as `method_costs.parts` names them."""
    study = search.setup(settings)
    known = study.inversion
    place = Place(
        moment=jax.tree.map(jnp.asarray, known.moment(settings["times"][0])),
        design=jnp.asarray(settings["experiment"]["initial"]),
        weights=jnp.array([settings["model"]["strength"]]),
    )
    teaching = "indicator" if teaches_itself(settings) else "discrepancy_design"
    return {
        ("joint", "all"): joint_seconds(study, settings, place),
        ("hybrid", "physical_design"): physical_seconds(known, settings, place),
        ("hybrid", teaching): teaching_seconds(known, settings, place),
        ("hybrid", "calibration"): calibration_seconds(settings),
    }


def joint_seconds(study: search.Study, settings: dict, place: Place) -> float:
    """Seconds of one utility about position and strength, with its gradient."""
    block, first = settings["experiment"], jnp.asarray(belief.first_belief(study.cells, settings))
    problem = search.MeasuredProblem(study, block)(
        place.moment,
        place.design,
        search.JointInputs(before=first, noise=jnp.array(0.0), limit=float(block["move_limit"])),
    )
    return compiled_seconds(problem.evaluate, place.design, jax.random.key(0))


def physical_seconds(known: System, settings: dict, place: Place) -> float:
    """Seconds of one utility about the position, with its gradient."""
    block, (moment, design, weights) = settings["experiment"], place
    position, noise = jnp.asarray(grid_belief.uniform(known.cells)), jnp.array(0.0)
    table = Tables(known, block)(moment, design[None], weights[None])[0]
    problem = LOCATING[block["utility"]](known, block)(
        moment, design, PhysicalInputs(table, position, noise)
    )
    return compiled_seconds(problem.evaluate, design, jax.random.key(0))


def teaching_seconds(known: System, settings: dict, place: Place) -> float:
    """Seconds of one look at what would teach the strength: the indicator, or a utility with its
    gradient.
    """
    moment, design, weights = place
    noise = jnp.array(0.0)
    if teaches_itself(settings):
        judge, held = (
            DataAtHand.of(known, settings),
            Held(weights[None], design[None], noise[None]),
        )
        return compiled_seconds(
            lambda key: judge(moment, design[None], held, key), jax.random.key(0)
        )
    teaching = settings["discrepancy_experiment"]
    build = TEACHING[teaching["utility"]](known, teaching, settings["experiment"])
    inputs = DiscrepancyInputs(
        weights=weights, centre=design, noise=noise, spread=jnp.zeros((0, weights.size))
    )
    problem = build(moment, design, inputs)
    return compiled_seconds(problem.evaluate, design, jax.random.key(0))


def calibration_seconds(settings: dict) -> float:
    """Seconds of one calibration and the belief remade after it, with the data of the
    last stage.
    """
    study, stages = system_of(settings), len(settings["times"])
    twice = [] if teaches_itself(settings) else settings["times"][1:]
    moments = study.moments([*settings["times"], *twice])
    data = data_buffer.empty(study, 1, data_at(settings, stages))
    data = data._replace(
        design=data.design + 0.5, observed=data.observed + 0.5, used=jnp.ones_like(data.used)
    )
    weights, centre = jnp.full((1, 1), settings["model"]["strength"]), jnp.full((1, 2), 0.5)
    calibrate, update = Calibration(study, settings), BeliefUpdate(study, settings)
    rate = jnp.asarray(settings["calibration"]["rates"][-1])
    prior = jnp.asarray(grid_belief.uniform(study.cells))[None]

    def calibrate_and_update(data, weights):
        """The belief under the weights that these data leave."""
        keys = jax.random.split(jax.random.key(0), 1)
        inputs = CalibrationInputs(
            data=data,
            trained=data.used,
            weights=weights,
            first=weights,
            centre=centre,
            belief=prior,
            key=keys,
        )
        trained, _ = calibrate(moments, rate, inputs)
        return update(moments, data, trained, prior)

    return compiled_seconds(calibrate_and_update, data, weights, calls=CALIBRATIONS)
