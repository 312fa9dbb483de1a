"""Objectives of sensors, and the best of them as files state them."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

from boed.figures import sensor_maps

UTILITY = xr.Dataset(
    {
        "sampled_expected_utility": (("x", "y"), [[1.0, 2.0], [3.0, 4.0]]),
        "sampled_utility_variance": (("x", "y"), [[0.1, 0.2], [0.3, 0.4]]),
        "sampled_best_x": ("aversion", [1.0, 0.0]),
        "sampled_best_y": ("aversion", [1.0, 1.0]),
        "best_expected_utility": ("aversion", [4.0, 2.0]),
        "best_utility_variance": ("aversion", [0.4, 0.2]),
    },
    coords={"x": [0.0, 1.0], "y": [0.0, 1.0], "aversion": [0.0, 10.0]},
)


def test_objectives_by_their_titles():
    shown = sensor_maps.objectives(np.array([2.0]), np.array([0.5]), [0.5, 2.0])
    assert list(shown) == [
        "expected utility [nat]",
        "variance of the utility [nat²]",
        "mean − 0.5·variance [nat]",
        "mean − 2·variance [nat]",
    ]
    assert [float(values[0]) for values in shown.values()] == [2.0, 0.5, 1.75, 1.0]


def test_the_best_sensors_by_mean_and_variance():
    assert sensor_maps.best_on_map(UTILITY, "sampled_") == [(4.0, 0.4), (2.0, 0.2)]
    assert sensor_maps.stored_best(UTILITY) == [(4.0, 0.4), (2.0, 0.2)]


def test_panels_share_the_limits_that_hold_all():
    _, panels = plt.subplots(1, 2)
    panels[0].set(xlim=(0, 2), ylim=(-1, 1))
    panels[1].set(xlim=(1, 3), ylim=(0, 5))
    sensor_maps.share_limits(panels)
    for panel in panels:
        assert (panel.get_xlim(), panel.get_ylim()) == ((0, 3), (-1, 5))
    plt.close("all")
