"""The expected gain of several outputs, of experiments at once and of particles, against closed
forms of linear systems, quadrature and differences.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from model_files import written

from boed.studies.hybrid.physical_experiment import PhysicalInputs, PredictedProblem
from boed.systems.sequential import sequential_system

# rows of what is measured of four parameters at a place t
MODEL = """
import jax.numpy as jnp


def predict(parameters, design):
    t = design["t"]
    first = sum(value * jnp.cos(n * t) for n, value in enumerate(parameters.values()))
    second = sum(value * jnp.sin((n + 1) * t) for n, value in enumerate(parameters.values()))
    return {outputs}


def observe(design):
    return predict({{"c0": 0.5}}, design)
"""
BLOCK = {
    "move_limit": 1.0,
    "domain": "box",
    "lower": 0.0,
    "upper": 1.0,
    "quadrature_nodes": 256,
    "outcomes": 512,
}
NOISE = 0.4


def rows(t, parameters):
    """What both outputs have of every parameter."""
    numbers = np.arange(parameters)
    return np.stack([np.cos(numbers * t), np.sin((numbers + 1) * t)])


def gain(matrix, covariance=None):
    """Of independent parameters of deviation one, linear in what is measured; nat."""
    noise = NOISE**2 * np.eye(len(matrix)) if covariance is None else covariance
    told = np.linalg.solve(noise, matrix @ matrix.T)
    return 0.5 * np.linalg.slogdet(np.eye(len(matrix)) + told)[1]


def utility(folder, parameters, outputs="[first, second]", cells=25, **changes):
    """The problem of the first stage's search, at t from 0 to 2."""
    path = written(folder, MODEL.format(outputs=outputs))
    count = outputs.count(",") + 1
    normal = {"normal": {"mean": 0.0, "deviation": 1.0}, "cells": cells}
    settings = {
        "file": str(path),
        "parameters": {f"c{n}": normal for n in range(parameters)},
        "designs": {"t": {"lower": 0.0, "upper": 2.0}},
        "outputs": {f"y{n}": {"unit": "1"} for n in range(count)},
        "noise": {"constant": NOISE},
    }
    system = sequential_system(settings | changes.pop("settings", {}))
    prior = jax.tree.map(jnp.asarray, system.prior)
    moment, start = system.moment(1.0), system.first_design({})
    table = system.tabulate(jnp.zeros(1), moment, start, 1.0)
    problem = PredictedProblem(system, BLOCK | changes)
    return problem(moment, start, PhysicalInputs(table, prior, jnp.zeros(count)))


@pytest.mark.parametrize("place", [0.0, 0.4, 1.0])
def test_two_outputs_give_the_closed_form(tmp_path, place, key):
    """Of two parameters on a fine grid, with 4 nodes of each noise in every cell."""
    problem = utility(tmp_path, 2, outcomes=25**2 * 16)
    found = jax.jit(problem.value)(jnp.array([place]), key)
    assert found == pytest.approx(gain(rows(2.0 * place, 2)), rel=0.01)


def test_noise_that_outputs_share_counts(tmp_path, key):
    covariance = [[0.16, 0.12], [0.12, 0.25]]
    problem = utility(tmp_path, 2, settings={"noise": {"covariance": covariance}}, outcomes=10**4)
    found = problem.value(jnp.array([0.4]), key)
    assert found == pytest.approx(gain(rows(0.8, 2), np.array(covariance)), rel=0.01)


def test_outputs_of_two_experiments_are_one_measurement(tmp_path, key):
    """At the same place twice, at two, and the same in another order."""
    problem = utility(tmp_path, 2, "[first]", settings={"experiments": 2}, outcomes=25**2 * 16)
    value = jax.jit(problem.value)
    for places in ([0.3, 0.3], [0.1, 0.9], [0.9, 0.1]):
        matrix = np.concatenate([rows(2.0 * place, 2)[:1] for place in places])
        found = value(jnp.array(places), key)
        assert found == pytest.approx(gain(matrix), rel=0.01)


def test_particles_give_the_closed_form_of_many_parameters(tmp_path, key):
    """Within what so few outcomes and particles leave."""
    settings = {"particles": 4000}
    problem = utility(tmp_path, 5, settings=settings, outcomes=4096)
    value = jax.jit(problem.value)
    for place in (0.2, 0.7):
        found = value(jnp.array([place]), key)
        assert found == pytest.approx(gain(rows(2.0 * place, 5)), rel=0.02)


@pytest.mark.parametrize("parameters", [1, 2])
def test_one_output_gives_the_closed_form_by_quadrature(tmp_path, parameters, key):
    problem = utility(tmp_path, parameters, "[first]")
    for place in (0.2, 0.7):
        found = problem.value(jnp.array([place]), key)
        assert found == pytest.approx(gain(rows(2.0 * place, parameters)[:1]), rel=1e-3)


def test_an_output_that_no_parameter_changes_adds_nothing(tmp_path, key):
    """Against the quadrature over the other one."""
    alone = utility(tmp_path, 1, "[second]")
    beside = utility(tmp_path, 1, "[second, 0 * t]")
    for place in (0.1, 0.6):
        design = jnp.array([place])
        quadrature = alone.value(design, key)
        assert beside.value(design, key) == pytest.approx(float(quadrature), rel=1e-3)


@pytest.mark.parametrize(
    ("parameters", "outcomes"), [(1, 512), (2, 64), (4, 64)], ids=["enumerated", "drawn", "points"]
)
def test_its_gradient_agrees_with_differences(tmp_path, key, parameters, outcomes):
    """Under one key, with noise that grows with what is predicted."""
    noise = {"constant": 0.3, "relative": 0.2}
    settings = {"noise": noise} | ({"particles": 200} if parameters > 3 else {})
    problem = utility(tmp_path, parameters, outcomes=outcomes, settings=settings)
    value = jax.jit(problem.value)
    design, step = jnp.array([0.35]), jnp.array([1e-5])
    found, gradient, _ = problem.evaluate(design, key)
    assert found == pytest.approx(float(value(design, key)), rel=1e-12)
    difference = (value(design + step, key) - value(design - step, key)) / 2e-5
    assert gradient[0] == pytest.approx(float(difference), rel=1e-5)


def test_drawn_outcomes_differ_between_keys_and_enumerated_ones_do_not(tmp_path, key):
    design, other = jnp.array([0.35]), jax.random.key(8)
    drawn, enumerated = utility(tmp_path, 2, outcomes=64), utility(tmp_path, 1, outcomes=512)
    assert drawn.value(design, key) == drawn.value(design, key)
    assert drawn.value(design, key) != drawn.value(design, other)
    assert enumerated.value(design, key) == enumerated.value(design, other)
