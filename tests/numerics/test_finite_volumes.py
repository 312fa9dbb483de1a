"""Operators of finite volumes: what they keep, and the linear fields that they read exactly."""

import numpy as np
import pytest

from boed.numerics import finite_volumes


def free_cells(cells):
    """A house in the middle: 0.4 < x < 0.6, 0.2 < y < 0.8."""
    axis = (np.arange(cells) + 0.5) / cells
    return ~((np.abs(axis - 0.5) < 0.1)[:, None] & (np.abs(axis - 0.5) < 0.3))


def test_the_operator_keeps_mass_and_is_symmetric():
    operator = finite_volumes.laplacian(free_cells(20))
    assert abs(operator - operator.T).max() == 0
    np.testing.assert_allclose(operator.sum(axis=0), 0.0, atol=1e-9)


def test_interpolation_is_exact_for_linear_fields_and_keeps_out_of_buildings():
    cells = 20
    free, axis = np.ones((cells, cells), dtype=bool), (np.arange(cells) + 0.5) / cells
    plane = (2 * axis[:, None] - 3 * axis)[free]
    inside = np.array([[0.2, 0.3], [0.81, 0.77], [0.35, 0.05]])
    np.testing.assert_allclose(
        plane @ finite_volumes.interpolation(free, inside), 2 * inside[:, 0] - 3 * inside[:, 1]
    )
    with pytest.raises(ValueError, match=r"sensor \[0.5, 0.5\] lies within a building"):
        finite_volumes.interpolation(free_cells(cells), np.array([[0.5, 0.5]]))


def test_the_operator_is_second_order_on_a_mode_of_the_square():
    """∇² cos(πx)cos(2πy) = −5π² times it, without flux through the walls."""
    errors = []
    for cells in (20, 40):
        axis = (np.arange(cells) + 0.5) / cells
        mode = np.outer(np.cos(np.pi * axis), np.cos(2 * np.pi * axis)).ravel()
        operator = finite_volumes.laplacian(np.ones((cells, cells), dtype=bool))
        errors.append(np.abs(operator @ mode + 5 * np.pi**2 * mode).max())
    assert np.log2(errors[0] / errors[1]) > 1.9
