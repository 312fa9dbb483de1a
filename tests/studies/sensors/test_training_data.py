"""Training data: batch by batch the fields that the solver gives."""

import numpy as np

from boed.studies.sensors import training_data
from boed.systems.diffusion import forward_models, placement
from boed.systems.diffusion.layout import Building

HOUSE = [Building(0.4, 0.6, 0.2, 0.8)]
SETTINGS = {
    "source": {"strength": 2.0, "width": 0.05},
    "time": 0.2,
    "solver": {"cells": 20, "steps": 5, "together": 2},
    "training": {"batch": 2, "nodes": 6},
}
SOURCES = np.array([[0.1, 0.2], [0.7, 0.9], [0.3, 0.12]])


def test_batches_are_the_solvers_readings_at_the_nodes():
    batches = training_data.batches(HOUSE, SETTINGS, SOURCES)
    assert [len(part) for part in batches.parts] == [2, 1]
    values = np.concatenate([batches(number).concentration.values for number in (0, 1)])
    axis, free = placement.sensors(HOUSE, 6)
    nodes = placement.accessible_nodes(HOUSE, 6)
    expected = forward_models.solver(HOUSE, SETTINGS, SOURCES)(nodes).T
    np.testing.assert_allclose(values[:, free], expected, rtol=1e-6)
    assert (values[:, ~free] == 0).all()
    data = training_data.dataset(values, SOURCES, axis, free)
    assert data.concentration.encoding["chunksizes"] == (3, 6, 6)
    np.testing.assert_array_equal(data.accessible.values.astype(bool), free)
