"""Displacement is the integral of the velocity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from boed.systems.plume.velocity import Velocity

coefficients = st.lists(st.floats(-50, 50), min_size=1, max_size=4).map(tuple)


@given(coefficients, coefficients, st.floats(0, 0.2), st.floats(0, 0.2))
def test_displacement_is_the_integral(x, y, start, length):
    velocity = Velocity(x, y)
    moved = velocity.displacement(start, start + length)
    for axis in (0, 1):
        expected = quad(lambda t, axis=axis: velocity.at(t)[axis], start, start + length)[0]
        assert moved[axis] == pytest.approx(expected, abs=1e-9)


def test_fastest_is_the_largest_sum_of_components():
    assert Velocity((0.0, 20.0), (0.0, 20.0)).fastest(0.1) == pytest.approx(4.0)
    assert Velocity((1.0, -10.0), (0.0,)).fastest(0.3) == pytest.approx(2.0, abs=1e-2)


def test_displacement_takes_arrays():
    moved = Velocity((0.0, 20.0), (0.0, 50.0)).displacement(np.array([0.0, 0.05]), 0.1)
    np.testing.assert_allclose(moved[0], [0.1, 0.075])
    np.testing.assert_allclose(moved[1], [0.25, 0.1875])
