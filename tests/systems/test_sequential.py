"""Described systems as the sequential methods take them: coordinates, beliefs, noise, what is
missing.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import lognorm, norm

from boed.numerics.quasi_random import sobol
from boed.studies.hybrid import inverse_problem
from boed.systems.sequential import sequential_system
from boed.systems.system import System

MODEL = """
import jax.numpy as jnp


def predict(parameters, design):
    return predict_with(parameters, design, lambda time: 0.0)


def predict_with(parameters, design, missing):
    level = parameters["start"] * jnp.exp(-parameters["rate"] * design["t"])
    return [level + missing(design["t"]), 2 * level * design["dose"]]


def observe(design):
    return predict_with({"start": 3.0, "rate": 0.5}, design, lambda time: jnp.sin(time))
"""
SETTINGS = {
    "parameters": {
        "start": {"normal": {"mean": 2.0, "deviation": 0.5}, "cells": 41},
        "rate": {"lognormal": {"median": 0.4, "log_variance": 0.04}, "cells": 61, "unit": "1/h"},
    },
    "designs": {
        "t": {"lower": 0.0, "upper": 8.0, "unit": "h"},
        "dose": {"lower": 1.0, "upper": 3.0},
    },
    "outputs": {"blood": {"unit": "mg"}, "urine": {"unit": "mg"}},
    "noise": {"constant": [0.1, 0.2], "relative": 0.05},
    "missing": {"network": {"inputs": 1, "hidden": 4, "depth": 2}},
    "true_parameters": {"start": 3.0, "rate": 0.5},
}
STAGE, DESIGN = jnp.zeros(()), jnp.array([0.25, 0.5])


@pytest.fixture
def make(tmp_path):
    """The system of the settings with some changes."""
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return lambda **changes: sequential_system(SETTINGS | {"file": str(path)} | changes)


def test_it_is_a_system_with_the_names_of_the_configuration(make):
    system = make()
    assert isinstance(system, System)
    assert [q.unit for q in system.quantities.parameters] == ["1", "1/h"]
    assert [q.name for q in system.quantities.designs] == ["t", "dose"]
    assert system.outputs == (2,)


def test_designs_of_a_search_lie_in_the_unit_cube(make):
    system = make()
    np.testing.assert_allclose(system.in_units(DESIGN), [2.0, 2.0])
    np.testing.assert_allclose(system.from_units(system.in_units(DESIGN)), DESIGN)
    np.testing.assert_allclose(system.first_design({}), [0.5, 0.5])
    np.testing.assert_allclose(system.first_design({"initial": [1.0, 0.0]}), [1.0, 0.0])

    def of_design(design):
        return jnp.sum(design**2)

    unit = jax.grad(lambda place: of_design(system.in_units(place)))(DESIGN)
    np.testing.assert_allclose(
        system.slopes_in_units(unit), jax.grad(of_design)(system.in_units(DESIGN))
    )


def test_experiments_at_once_have_designs_and_outputs_one_after_the_other(make):
    system, twice = make(), make(experiments=2)
    parameters, weights = jnp.array([2.0, 0.3]), jnp.zeros(33)
    other = jnp.array([0.75, 0.0])
    both = jnp.concatenate([DESIGN, other])
    expected = [system.predict(parameters, weights, place, STAGE) for place in (DESIGN, other)]
    found = twice.predict(parameters, weights, both, STAGE)
    np.testing.assert_allclose(found, jnp.concatenate(expected))
    assert twice.outputs == (4,)
    assert [q.name for q in twice.quantities.designs] == ["t_1", "dose_1", "t_2", "dose_2"]
    np.testing.assert_allclose(twice.from_units(twice.in_units(both)), both)
    np.testing.assert_allclose(
        twice.noise.deviation(found), jnp.concatenate([system.noise.deviation(e) for e in expected])
    )


def test_a_coordinate_with_candidates_takes_the_nearest(make):
    system = make(designs=SETTINGS["designs"] | {"t": {"candidates": [0.0, 1.0, 8.0]}})
    np.testing.assert_allclose(system.in_units(jnp.array([0.2, 0.5])), [1.0, 2.0])
    np.testing.assert_allclose(system.in_units(jnp.array([[0.9, 0.5], [0.0, 0.0]]))[:, 0], [8, 0])
    assert float(jax.grad(lambda d: system.in_units(d)[0])(jnp.array([0.2, 0.5]))[0]) == 0.0


def test_designs_are_allowed_as_they_would_be_measured_in_every_experiment(make):
    """Places between candidates count as the nearest of them; a box holds for each experiment."""
    forbidden = [{"t": [0.5, 2.0], "dose": [2.0, 9.0]}]
    times = SETTINGS["designs"] | {"t": {"candidates": [0.0, 1.0, 8.0]}}
    assert make().allowed is None
    system = make(forbidden=forbidden, designs=times)
    # t = 3.2, nearest to 1; t = 4.8, nearest to 8; dose 2, on the box's edge, and below
    places = jnp.array([[0.4, 0.5], [0.6, 0.5], [0.4, 0.4]])
    np.testing.assert_array_equal(system.allowed(places), [False, True, True])
    twice = make(forbidden=forbidden, designs=times, experiments=2)
    pairs = jnp.concatenate([places[jnp.array([1, 1, 0])], places[jnp.array([2, 0, 2])]], axis=1)
    np.testing.assert_array_equal(twice.allowed(pairs), [True, False, False])


def test_a_design_at_a_wall_stays_where_it_is_when_written_and_read(make, rng):
    """A grid whose points fall on the walls, but for rounding; no allowed one is so near to it that
    its design in units, read again, could be another.
    """
    system = make(forbidden=[{"t": [8 / 3, 16 / 3]}])
    places = jnp.stack([jnp.linspace(0.0, 1.0, 4), jnp.linspace(0.0, 1.0, 4)], axis=1)
    np.testing.assert_array_equal(system.allowed(places), [True, False, False, True])
    places = jnp.asarray(rng.uniform(size=(500, 2)))
    again = system.from_units(system.in_units(places))
    np.testing.assert_array_equal(system.allowed(again), system.allowed(places))


@pytest.mark.parametrize("experiments", [1, 2])
def test_errors_are_told_over_allowed_designs_alone(make, experiments):
    forbidden = [{"t": [1.0, 7.0]}]
    system = make(forbidden=forbidden, experiments=experiments)
    assert system.everywhere.shape == (256, 2 * experiments)
    times = np.asarray(system.in_units(jnp.asarray(system.everywhere)))[:, ::2]
    assert ((times < 1.0) | (times > 7.0)).all()
    free = make(experiments=experiments)
    np.testing.assert_array_equal(free.everywhere, sobol(2 * experiments).random(256))


def test_data_that_are_not_in_use_spoil_no_derivative(make, tmp_path):
    """Of two data the second is not in use: all zeros, among them a time that is forbidden since
    its logarithm is none.
    """
    path = tmp_path / "logarithm.py"
    path.write_text(MODEL.replace('missing(design["t"])', 'missing(jnp.log(design["t"]))'))
    system = make(forbidden=[{"t": [0.0, 1.0]}], file=str(path))
    moments, designs = jnp.ones(2), jnp.array([[0.5, 0.5], [0.0, 0.0]])
    used, centres = jnp.array([1.0, 0.0]), jnp.array([[2.0, 0.3]])
    readings = inverse_problem.readings(system, moments, designs, used, centres)
    weights = jnp.full(33, 0.1)

    def first(weights):
        return jnp.sum(jnp.where(used[:, None] > 0, system.read_all(readings, weights)[0], 0.0))

    assert np.isfinite(jax.grad(first)(weights)).all()


def test_predictions_are_the_files_and_a_fresh_network_adds_nothing(make, key):
    system = make()
    weights = system.described.missing.initialise(key)
    found = system.predict(jnp.array([2.0, 0.3]), weights, DESIGN, STAGE)
    level = 2.0 * np.exp(-0.3 * 2.0)
    np.testing.assert_allclose(found, [level, 2 * level * 2.0])
    true = 3.0 * np.exp(-0.5 * 2.0)
    np.testing.assert_allclose(
        system.observe(system.truth(STAGE), DESIGN), [true + np.sin(2.0), 4 * true]
    )


def test_the_belief_before_data_is_the_prior_on_its_cells(make):
    system = make()
    mean, rate = system.cells
    probability = np.exp(system.prior)
    assert probability.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(mean[[0, -1]], norm(2.0, 0.5).ppf([1e-4, 1 - 1e-4]), rtol=1e-9)
    density = np.multiply.outer(norm(2.0, 0.5).pdf(mean), lognorm(0.2, scale=0.4).pdf(rate))
    np.testing.assert_allclose(probability, density / density.sum(), rtol=1e-8)
    np.testing.assert_allclose(system.distance(jnp.array([3.5, 0.5])), 1.0)


def test_deviations_grow_with_every_output(make):
    found = make().noise.deviation(jnp.array([[1.0, -2.0], [0.0, 4.0]]))
    np.testing.assert_allclose(found, [[0.15, 0.3], [0.1, 0.4]])


def test_correlated_outputs_are_independent_in_the_coordinates_of_their_noise(make, rng):
    covariance = np.array([[0.04, 0.03], [0.03, 0.09]])
    system = make(noise={"covariance": covariance.tolist()})
    values = rng.normal(size=(5, 2))
    inner = system.noise.coordinates(jnp.asarray(values))
    np.testing.assert_allclose(system.noise.in_units(inner), values, atol=1e-12)
    draws = np.asarray(system.noise.in_units(jnp.asarray(rng.normal(size=(100_000, 2)))))
    np.testing.assert_allclose(np.cov(draws.T), covariance, atol=1e-3)
    np.testing.assert_allclose(system.noise.deviation_in_units(jnp.ones(2)), [0.2, 0.3])
    plain = make().predict(jnp.array([2.0, 0.3]), jnp.zeros(33), DESIGN, STAGE)
    moved = system.predict(jnp.array([2.0, 0.3]), jnp.zeros(33), DESIGN, STAGE)
    np.testing.assert_allclose(system.noise.in_units(moved), plain, rtol=1e-10)


def test_the_error_is_that_of_the_outputs_over_all_designs(make, key):
    """A network that adds nothing lacks the sine: Σ|sin| / Σ|truth|, by NumPy."""
    system = make()
    weights = system.described.missing.initialise(key)
    places = np.asarray(system.in_units(jnp.asarray(system.everywhere)))
    level = 3.0 * np.exp(-0.5 * places[:, 0])
    true = np.stack([level + np.sin(places[:, 0]), 2 * level * places[:, 1]], axis=1)
    # the second output is right
    expected = np.abs(np.sin(places[:, 0])).sum() / np.abs(true[:, 0]).sum() / 2
    assert float(system.error(weights, STAGE)) == pytest.approx(expected)


def test_more_parameters_than_a_grid_holds_are_believed_in_as_particles(make):
    four = {f"p{n}": {"uniform": {"lower": 0.0, "upper": 1.0}} for n in range(4)}
    system = make(parameters=four, particles=500)
    assert system.cells is None
    np.testing.assert_allclose(system.prior.particles.mean(axis=0), 0.5, atol=0.06)
    at_particles = system.holding(system.prior.particles[:3])
    assert at_particles.points.shape == (3, 4)
