"""What an AD-EKI gradient computes, counted in its compiled program: the table of
docs/performance.md.
"""

import re

import jax
import jax.numpy as jnp
import numpy as np
from toy_study import STUDY

from boed.design import ad_eki
from boed.inference import eki, ensembles
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume.plume_system import plume_system

MEMBERS, ITERATIONS, HIDDEN, DEPTH = 10, 3, 4, 2
NODES = sum(STUDY["plume"]["propagator"]["order"]) ** 2


def results(compiled: str, operation: str) -> list[int]:
    """How many numbers each operation of this name returns, once for each place where it stands in
    the program.
    """
    found = re.finditer(rf"= \w+\[([\d,]*)\]\S* {operation}\(", compiled)
    return [int(np.prod([int(size) for size in place[1].split(",") if size])) for place in found]


# as a study compiles, whatever the tests' own way
OPTIMISED = {"xla_backend_optimization_level": 3, "xla_cpu_use_fusion_emitters": True}


def program(function, *arguments) -> str:
    return jax.jit(function).lower(*arguments).compile(OPTIMISED).as_text()


def gradient(iterations):
    """The compiled program of one AD-EKI gain and its gradient."""
    study = plume_system(STUDY)
    moment = jax.tree.map(jnp.asarray, study.plume.moment(0.061))
    weights = tanh_network(HIDDEN, DEPTH).initialise(jax.random.key(0), 15.0)
    shape = ensembles.Shape(MEMBERS, iterations, outputs=1)
    draw = ensembles.draw(jax.random.key(1), weights, 0.3, shape)
    plan = eki.schedule("tempered", iterations)

    def evaluate(design):
        experiment = discrepancy_experiment(study, moment, jnp.array([0.28, 0.22]), jnp.zeros(()))
        return ad_eki.value_and_gradient(design, experiment, draw, plan)

    return program(evaluate, jnp.array([0.41, 0.33]))


def test_counter_sees_operations_and_their_sizes():
    text = program(lambda x: jnp.tanh(jnp.fft.fft(jnp.tanh(x)).real), jnp.ones((3, 8)))
    assert results(text, "tanh") == [24, 24]
    assert results(text, "fft") == [24]


def test_network_runs_once_a_member_and_iteration_and_not_again_backwards():
    """The tanh of the program stand in the loop over the iterations, and there once a member, node
    and unit.
    """
    for iterations in (ITERATIONS, 2 * ITERATIONS):
        assert sum(results(gradient(iterations), "tanh")) == MEMBERS * NODES * HIDDEN * DEPTH


def test_no_transform_and_no_time_step_is_left_at_run_time():
    text = gradient(ITERATIONS)
    assert results(text, "fft") == []
    # the iterations, forwards and backwards: nothing else is repeated
    trips = re.findall(r'known_trip_count":\{"n":"(\d+)"\}', text)
    assert trips == [str(ITERATIONS)] * 2
