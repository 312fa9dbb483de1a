"""What a reading costs, from known seconds."""

import numpy as np

from boed.costs import sensor_models
from boed.costs.sensor_models import Timing


def test_speedups_by_hand():
    """Ten sources in 5 s at 100 sensors; a surrogate that gives 1,000 readings in 0.01 s."""
    data = sensor_models.dataset(
        {
            "solver": Timing(5.0, 10, 100),
            "adjoint": Timing(1.0, 50, 20),
            "surrogate": Timing(0.01, 50, 20),
        }
    )
    np.testing.assert_allclose(data.seconds_a_reading, [5e-3, 1e-3, 1e-5])
    assert float(data.seconds_a_solution) == 0.5
    np.testing.assert_allclose([data.field_speedup, data.reading_speedup], [500.0, 50_000.0])
