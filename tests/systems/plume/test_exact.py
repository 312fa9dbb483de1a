"""The exact solution against adaptive quadrature in another variable, and against its
own equation.
"""

import numpy as np
import pytest
from scipy.integrate import quad

from boed.systems.plume.exact import GaussianPlume, relative_distance
from boed.systems.plume.velocity import Velocity

STILL, FAST = Velocity((0.0,), (0.0,)), Velocity((0.0, 50.0), (0.0, 50.0))


@pytest.mark.parametrize("velocity", [STILL, FAST, Velocity((3.0, -10.0), (0.0, 30.0))])
@pytest.mark.parametrize("point", [(0.25, 0.25), (0.413, 0.377), (0.9, 0.05)])
def test_equals_adaptive_quadrature_over_the_age(velocity, point):
    centre, time, width = np.array([0.25, 0.25]), 0.07, 0.05

    def integrand(age):
        variance = width**2 + 2 * age
        carried = np.array(velocity.displacement(time - age, time))
        squared = np.sum((np.array(point) - centre - carried) ** 2)
        return 2.0 * np.exp(-squared / (2 * variance)) / (2 * np.pi * variance)

    expected = quad(integrand, 0, time, epsabs=0, epsrel=1e-11, limit=200)[0]
    assert GaussianPlume(centre, 2.0, width, velocity).at(np.array(point), time) == pytest.approx(
        expected, rel=1e-9
    )


def test_solves_the_equation():
    """u_t − ∇²u + v·∇u − S is zero, by fourth-order differences."""
    centre, width, time, h, dt = np.array([0.25, 0.25]), 0.05, 0.06, 2e-3, 1e-4
    point = np.array([0.33, 0.29])

    def u(dx=0.0, dy=0.0, at=time):
        return GaussianPlume(centre, 2.0, width, FAST).at(point + np.array([dx, dy]), at)

    def second(f):
        return (-f(2) + 16 * f(1) - 30 * f(0) + 16 * f(-1) - f(-2)) / 12

    def first(f):
        return (-f(2) + 8 * f(1) - 8 * f(-1) + f(-2)) / 12

    laplacian = (second(lambda k: u(dx=k * h)) + second(lambda k: u(dy=k * h))) / h**2
    gradient = (first(lambda k: u(dx=k * h)) + first(lambda k: u(dy=k * h))) / h
    rate = first(lambda k: u(at=time + k * dt)) / dt
    squared = np.sum((point - centre) ** 2)
    source = 2.0 / (2 * np.pi * width**2) * np.exp(-squared / (2 * width**2))
    residual = rate - laplacian + 50 * time * gradient - source
    assert abs(residual) < 1e-4 * source


def test_the_relative_distance_by_hand():
    assert relative_distance(np.array([[3.0, 8.0]]), np.array([[3.0, 4.0]])) == pytest.approx(0.8)
