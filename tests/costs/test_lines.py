"""Lines through costs: least squares, and what is told of them along every axis."""

import numpy as np
import pytest
import xarray as xr

from boed.costs.lines import line, with_lines, with_lines_over_members


def test_line_through_points_on_a_line():
    fitted = line([1, 2, 4], [3.0, 5.0, 9.0])
    assert fitted == pytest.approx((2.0, 1.0, 1.0))


def test_determination_is_the_squared_correlation(rng):
    x = np.arange(20.0)
    y = np.asarray(x) + rng.normal(size=20)
    assert line(x, y).determination == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)


def test_values_that_do_not_vary_lie_on_a_line():
    assert line([1, 2, 3], [4.0, 4.0, 4.0]).determination == 1.0


def test_lines_along_an_axis_by_hand():
    """Seconds 3 + 2·members for one mode and constant for the other; the last over the second."""
    values = np.array([[[5.0, 7.0, 11.0], [4.0, 4.0, 4.0]]])
    dims = ("solver", "mode", "members")
    names = ("peak_bytes", "planned_bytes", "seconds")
    data = xr.Dataset({f"{name}_by_members": (dims, values) for name in names})
    fitted = with_lines(data.assign_coords(members=[1, 2, 4]), "members", "mode")
    np.testing.assert_allclose(fitted.time_slope_by_members, [[2.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(fitted.memory_linearity_by_members, [[1.0, 1.0]])
    np.testing.assert_allclose(fitted.plan_growth_by_members, [[11 / 7, 1.0]])
    assert fitted.memory_slope_by_members.units == "byte"


def test_lines_over_the_members_have_one_for_each_number_of_samples():
    """Seconds = members·samples: the slope is the number of samples."""
    members, samples = np.array([2.0, 4.0, 8.0]), np.array([1.0, 3.0])
    values = np.multiply.outer(members, samples)[None]
    data = xr.Dataset(
        {"seconds_by_samples": (("solver", "sampled_members", "samples"), values)},
        coords={"sampled_members": members, "samples": samples},
    )
    fitted = with_lines_over_members(data)
    np.testing.assert_allclose(fitted.time_slope_by_sampled_members, [[1.0, 3.0]])
    np.testing.assert_allclose(fitted.time_linearity_by_sampled_members, [[1.0, 1.0]])
