"""The points of the scaling study, and what its file says of them."""

import numpy as np
import pytest

from boed.costs import scaling_study
from boed.costs.profiling import Cost
from boed.costs.scaling import EXPECTED, Size

SETTINGS = {
    "modes": ["forward", "reverse", "nested"],
    "members": {"values": [4, 8], "iterations": 1},
    "iterations": {"values": [1, 2], "members": 4},
    "samples": {"values": [1, 2], "members": [4, 6], "iterations": 3},
}


def test_points_that_two_axes_share_are_measured_once():
    points = scaling_study.points(SETTINGS)
    assert len(points) == len(set(points)) == 3 * 3 + 4
    assert points.count(("reverse", Size(4, 1))) == 1
    assert points[0] == ("forward", Size(4, 1))
    assert {size for mode, size in points if mode == EXPECTED} == {
        Size(4, 3, 1),
        Size(4, 3, 2),
        Size(6, 3, 1),
        Size(6, 3, 2),
    }


def cost_and_result(mode, size):
    """Costs that say which point they are of; a gradient that differs for one mode."""
    number = 100 * size.members + 10 * size.iterations + size.samples
    result = [number, 2.0, -4.0 if mode == "reverse" else -4.2]
    return Cost(*(number + part for part in range(5))), np.array(
        result[: 1 if mode == "forward" else 3]
    )


def test_every_cost_stands_where_its_point_does():
    costs = {point: cost_and_result(*point) for point in scaling_study.points(SETTINGS)}
    data = scaling_study.dataset(SETTINGS, costs)
    assert data.seconds_by_members.sel(mode="nested").values.tolist() == [411, 811]
    assert data.compile_seconds_by_iterations.sel(mode="forward").values.tolist() == [410, 420]
    assert data.peak_bytes_by_samples.sel(sampled_members=6).values.tolist() == [634, 635]
    assert data.expected_gain_by_samples.sel(sampled_members=4, samples=2) == 432
    assert data.information_gain_by_members.sel(mode="reverse", members=8) == 810
    # the nested mode's gradient is 0.2 of 4 away from that of reverse mode, the first that has one
    assert data.gradient_distance_by_members.values == pytest.approx([0.05, 0.05])
