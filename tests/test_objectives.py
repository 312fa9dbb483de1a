"""Mean less weighted variance, by hand."""

import numpy as np

from boed.objectives import mean_variance, over_aversions


def test_a_negative_aversion_seeks_risk():
    assert mean_variance(2.0, 0.5, 3.0) == 0.5
    assert mean_variance(2.0, 0.5, -3.0) == 3.5


def test_aversions_have_an_axis_of_their_own_before_all_designs():
    mean, variance = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.ones((2, 3))
    found = over_aversions(mean, variance, [0, 2])
    np.testing.assert_array_equal(found, [mean, mean - 2])
