"""The straight lines of a scaling study."""

import numpy as np

from boed.figures import scaling_curves


def test_a_fitted_line_is_the_least_squares_one():
    sizes = np.array([8.0, 16.0, 64.0, 128.0])
    values = 3 + 0.5 * sizes + np.array([0.1, -0.2, 0.15, -0.05])
    slope, intercept = np.polyfit(sizes, values, 1)
    places, line = scaling_curves.fitted(sizes, values, slope)
    np.testing.assert_allclose(line, intercept + slope * places)
    assert (places[0], round(places[-1], 9)) == (8.0, 128.0)


def test_curves_are_named_by_what_they_stand_for():
    assert scaling_curves.curve_name("mode", "reverse_nested") == "reverse nested"
    assert scaling_curves.curve_name("sampled_members", 40) == "40 members"
