"""The three forward models against the cosine series and against each other."""

import numpy as np
import pytest
from cosine_series import field

from boed.studies.sensors import sensor_utility
from boed.systems.diffusion import adjoint_solution, forward_models, layout, time_stepping
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource

SETTINGS = {
    "source": {"strength": 2.0, "width": 0.05},
    "time": 0.2,
    "cells": 100,
    "solver": {"cells": 100, "steps": 20, "together": 2},
}
HOUSE = [Building(0.4, 0.6, 0.2, 0.8)]
PLACES = np.array([[0.1, 0.2], [0.7, 0.9], [0.3, 0.12]])
SENSORS = np.array([[0.2, 0.3], [0.81, 0.77], [0.35, 0.05], [0.0, 1.0]])
MODELS = {"adjoint": forward_models.adjoint, "solver": forward_models.solver}


@pytest.mark.parametrize("name", MODELS)
def test_readings_are_those_of_the_series(name):
    exact = np.array([field(SENSORS, place, 0.2) for place in PLACES]).T
    found = MODELS[name]([], SETTINGS, PLACES)(SENSORS)
    assert found.shape == (4, 3)
    assert np.abs(found - exact).max() < 1e-3 * exact.max()


def test_solver_and_adjoint_agree_among_buildings():
    """On the same grid they differ by the time steps alone."""
    solver, adjoint = (
        MODELS[name](HOUSE, SETTINGS, PLACES)(SENSORS) for name in ("solver", "adjoint")
    )
    assert np.abs(solver - adjoint).max() < 1e-3 * adjoint.max()


def test_the_adjoint_at_the_priors_places_is_the_separable_sum():
    prior = sensor_utility.sources(HOUSE, 12)

    respond = adjoint_solution.response(layout.open_cells(HOUSE, 100), 0.2)
    expected = sensor_utility.readings(
        respond, SENSORS, prior, GaussianSource(**SETTINGS["source"])
    )
    np.testing.assert_allclose(
        forward_models.adjoint(HOUSE, SETTINGS, prior.places)(SENSORS), expected, rtol=1e-10
    )


def test_any_number_of_sources_may_be_solved_together():
    one, three = (
        time_stepping.field_solver([], SETTINGS | {"solver": SETTINGS["solver"] | {"together": n}})(
            PLACES
        )
        for n in (1, 3)
    )
    np.testing.assert_allclose(one, three, rtol=1e-6)


@pytest.mark.slow
def test_mirrored_sources_and_sensors_read_the_same():
    """What the surrogate's folding rests on; the time steps treat x before y."""
    for name, bound in (("adjoint", 1e-9), ("solver", 1e-3)):
        expected = MODELS[name](HOUSE, SETTINGS, PLACES)(SENSORS)
        for turn in layout.symmetries(HOUSE):
            found = MODELS[name](HOUSE, SETTINGS, layout.moved(turn, PLACES))(
                layout.moved(turn, SENSORS)
            )
            np.testing.assert_allclose(found, expected, atol=bound * expected.max())
