"""What a close view of a belief shows: the belief and the true source, and only where the belief is
narrow.
"""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from boed.figures import belief_maps


def belief(mean, deviation):
    axis = np.linspace(0, 1, 51)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    log = -((x - mean[0]) ** 2 + (y - mean[1]) ** 2) / (2 * deviation**2)
    data = {"log_probability": (("x", "y"), log - np.log(np.exp(log).sum()))}
    return xr.Dataset(
        data | {"most_probable": ("coordinate", list(mean))}, coords={"x": axis, "y": axis}
    )


def test_moments_of_a_gaussian_belief():
    mean, deviation = belief_maps.moments(belief((0.4, 0.6), 0.05))
    np.testing.assert_allclose(mean, [0.4, 0.6], atol=1e-6)
    assert deviation == pytest.approx(0.05, rel=1e-3)


@pytest.mark.parametrize(("deviation", "views"), [(0.015, 1), (0.2, 0)])
def test_a_narrow_belief_is_drawn_once_more(deviation, views):
    _, panel = plt.subplots()
    panel.set(xlim=(0, 1), ylim=(0, 1))
    belief_maps.close_view(panel, belief((0.2, 0.3), deviation), (0.25, 0.25))
    assert len(panel.child_axes) == views
    plt.close("all")


@pytest.mark.parametrize("location", [(0.25, 0.25), (0.9, 0.1)])
def test_the_close_view_holds_the_belief_and_the_true_source(location):
    for (low, high), middle, place in zip(
        belief_maps.window(belief((0.2, 0.3), 0.02), location), (0.2, 0.3), location, strict=True
    ):
        assert low <= min(middle - 0.08, place) + 1e-12
        assert high >= max(middle + 0.08, place) - 1e-12


def test_the_replicate_that_stands_for_all_has_the_median_error():
    assert belief_maps.middle_replicate(np.array([0.3, 0.1, 0.2])) == 2
    assert belief_maps.middle_replicate(np.array([0.4, 0.1, 0.2, 0.3])) == 3
