"""Quadrature rules against integrals known in closed form."""

import numpy as np
import pytest

from boed.numerics.quadrature import graded_rule, lagrange_matrix, panel_nodes


@pytest.mark.parametrize("rate", [0.0, 1.0, 1e3, 5e4])
def test_graded_rule_integrates_decays_of_any_rate(rate):
    nodes, weights = graded_rule(0.15, panels=14, order=16)
    expected = 0.15 if rate == 0 else -np.expm1(-rate * 0.15) / rate
    assert weights @ np.exp(-rate * nodes) == pytest.approx(expected, rel=1e-12)


def test_interpolation_is_exact_for_polynomials_of_each_panels_degree():
    edges, orders = (-2.5, -0.4, 0.3, 2.5), (4, 6, 3)
    points = np.linspace(-2.5, 2.49, 77)
    matrix = lagrange_matrix(edges, orders, points)
    nodes = panel_nodes(edges, orders)
    for degree in range(3):
        np.testing.assert_allclose(matrix @ nodes**degree, points**degree, atol=1e-12)
    middle = (points >= -0.4) & (points < 0.3)
    np.testing.assert_allclose((matrix @ nodes**5)[middle], points[middle] ** 5, atol=1e-12)


def test_points_outside_all_panels_get_nothing():
    assert not lagrange_matrix((0.0, 1.0), (3,), np.array([-0.1, 1.2])).any()
