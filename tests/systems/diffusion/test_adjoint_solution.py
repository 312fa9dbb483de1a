"""Readings by adjoint solutions against the cosine series, the time-stepping solver and
reciprocity.
"""

import jax.numpy as jnp
import numpy as np
import pytest
from cosine_series import field

from boed.systems.diffusion import adjoint_solution, layout, time_stepping
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource

HOUSE = [Building(0.4, 0.6, 0.2, 0.8)]
SOURCE = GaussianSource(strength=2.0, width=0.05)
TIME = 0.2
SENSORS = np.array([[0.2, 0.3], [0.81, 0.77], [0.35, 0.05], [0.0, 1.0]])
PLACES = np.array([[0.1, 0.2], [0.7, 0.9], [0.3, 0.12]])


def read(cells, buildings, time=TIME):
    respond = adjoint_solution.response(layout.open_cells(buildings, cells), time)
    weights = respond.weights(SENSORS)
    return np.array(
        [adjoint_solution.readings(weights, *place[:, None], SOURCE)[:, 0, 0] for place in PLACES]
    )


def test_readings_are_those_of_the_series():
    exact = np.array([field(SENSORS, place, TIME) for place in PLACES])
    errors = [np.abs(read(cells, []) - exact).max() / exact.max() for cells in (50, 100)]
    assert errors[1] < 1e-3
    assert errors[0] / errors[1] > 3


@pytest.mark.slow
@pytest.mark.parametrize("buildings", [[], HOUSE])
@pytest.mark.parametrize("time", [0.02, 0.2, 1.0])
def test_readings_are_those_of_time_stepping(buildings, time):
    """The adjoint way is exact in time: what is left is the time stepping's error, of
    second order.
    """
    free, found = layout.open_cells(buildings, 40), read(40, buildings, time)
    sources = time_stepping.gaussian_sources(40, jnp.asarray(PLACES), SOURCE)
    readings = adjoint_solution.interpolation(free, SENSORS)
    errors = []
    for steps in (80, 160):
        stepped = np.asarray(time_stepping.evolve(free, sources, time, steps))[free].T @ readings
        errors.append(np.abs(stepped - found).max() / found.max())
    assert errors[1] < 2e-4
    assert np.log2(errors[0] / errors[1]) >= 1.7


def test_time_must_be_positive():
    with pytest.raises(ValueError, match="must be positive, not 0"):
        adjoint_solution.response(layout.open_cells([], 10), 0.0)
