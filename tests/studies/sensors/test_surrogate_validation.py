"""Validation of a surrogate: its errors by hand, and a perfect one."""

import numpy as np
import xarray as xr

from boed.studies.sensors import surrogate_validation
from boed.studies.sensors.surrogate_validation import Utilities
from boed.systems.diffusion.surrogate import Readings


def test_errors_by_hand():
    """Two sources, three of four nodes: the worst error is −0.4, of the second source at the
    third node.
    """
    free = np.array([[True, True], [False, True]])
    grid = xr.Dataset(
        {"accessible": (("x", "y"), free.astype(np.int8)), "x": [0.0, 1.0], "y": [0.0, 1.0]}
    )
    sensors = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    values = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 9.0]])
    test = Readings(np.array([[0.1, 0.2], [0.3, 0.4]]), sensors, values)
    error = np.array([[0.1, 0.0, 0.2], [-0.1, 0.0, -0.4]])
    data = surrogate_validation.errors_dataset(error, test, grid)
    mean_square = (0.01 + 0.04 + 0.01 + 0.16) / 6
    np.testing.assert_allclose(data.test_mse, mean_square)
    np.testing.assert_allclose(data.relative_mse, mean_square / np.var(values))
    assert float(data.worst_error) == 0.4
    assert data.worst_source.values.tolist() == [0.3, 0.4]
    assert data.worst_sensor.values.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(data.error_map, [[0.1, 0.0], [0.0, np.sqrt(0.1)]])
    np.testing.assert_allclose(data.surrogate_field, [[1.1, 2.0], [0.0, 3.2]])


def test_utilities_that_differ_by_a_tenth():
    exact = np.array([[1.0, 2.0, 4.0], [0.5, 1.0, 2.0]])
    surrogate = exact * np.array([[1.0, 0.9, 1.05], [1.0, 1.0, 1.2]])
    data = surrogate_validation.utilities_dataset(Utilities(np.zeros((3, 2)), exact, surrogate))
    np.testing.assert_allclose(data.utility_error, [0.05, 0.0], atol=1e-12)
    np.testing.assert_allclose(data.worst_utility_error, [0.1, 0.2])
