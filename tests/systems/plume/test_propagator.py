"""The spectral operator against the exact solution, and its three ways of reading against each
other.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.systems.gaussian_source import GaussianSource
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.propagator import Propagator
from boed.systems.plume.sources import Source, make
from boed.systems.plume.velocity import Velocity

PANELS, ORDER = (-2.5, -0.5, -0.15, 0.15, 0.5, 2.5), (5, 7, 12, 7, 5)
CENTRE = jnp.array([0.25, 0.25])
TRUE = Source(GaussianSource(2.0, 0.05))


def read(solver, source, time, point, centre=CENTRE):
    return solver.read(solver.prepare(source.sharp, solver.moment(time), centre, point), source)


def propagator(acceleration, points=250, oversampling=1, panels=PANELS, order=ORDER):
    velocity = Velocity((0.0, acceleration), (0.0, acceleration))
    return Propagator(1.0, velocity, 5.0, points, oversampling, panels, order)


@pytest.mark.parametrize("acceleration", [0.0, 20.0, 50.0])
@pytest.mark.parametrize("time", [0.03, 0.051, 0.101, 0.15])
def test_field_is_exact_off_the_grid(acceleration, time):
    solver = propagator(acceleration)
    xs, ys = np.linspace(0.003, 0.997, 31), np.linspace(0.011, 0.983, 29)
    computed = solver.field(TRUE, solver.moment(time), CENTRE, xs, ys)
    points = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    exact = GaussianPlume(CENTRE, 2.0, 0.05, solver.velocity).at(points, time)
    assert np.linalg.norm(computed - exact) <= 1e-6 * np.linalg.norm(exact)
    np.testing.assert_allclose(computed, exact, atol=1e-6 * exact.max())


@pytest.mark.parametrize("width", [0.03, 0.05, 0.1])
def test_field_is_exact_for_other_widths_and_crossing_velocities(width):
    solver = Propagator(0.5, Velocity((1.0, -10.0), (0.0, 0.0, 300.0)), 5.0, 320, 1, PANELS, ORDER)
    point = jnp.array([0.313, 0.471])
    exact = GaussianPlume(CENTRE, 2.0, width, solver.velocity, diffusivity=0.5).at(
        np.array(point), 0.08
    )
    computed = read(solver, Source(GaussianSource(2.0, width)), 0.08, point)
    assert computed == pytest.approx(exact, rel=1e-6)


def test_error_falls_spectrally_with_the_grid():
    axis, errors = np.linspace(0.1, 0.6, 21), []
    exact = GaussianPlume(CENTRE, 2.0, 0.05, propagator(20.0).velocity).at(
        np.stack(np.meshgrid(axis, axis, indexing="ij"), -1), 0.051
    )
    for points in (50, 100, 150):
        solver = propagator(20.0, points=points)
        errors.append(
            np.abs(solver.field(TRUE, solver.moment(0.051), CENTRE, axis, axis) - exact).max()
        )
    assert errors[1] < errors[0] / 20
    assert errors[2] < errors[1] / 20


@pytest.mark.parametrize("smooth", [None, lambda z: -40 * jnp.exp(-50 * jnp.sum(z**2, axis=-1))])
def test_every_way_of_reading_agrees(smooth):
    solver = propagator(20.0)
    source = Source(make("reciprocal_released", 2.0, 0.05), 1.3, smooth)
    moment = jax.tree.map(lambda leaf: leaf[1], solver.moments([0.03, 0.061]))
    solution = solver.solve(source, moment)
    for point in jnp.array([[0.33, 0.41], [0.62, 0.17]]):
        field = solver.field(source, moment, CENTRE, point[:1], point[1:])[0, 0]
        centres = solver.over_centres(solution, point, CENTRE[:1], CENTRE[1:])[0, 0]
        np.testing.assert_allclose([field, centres], read(solver, source, 0.061, point), rtol=1e-11)


def test_a_moment_is_the_product_of_few_factors_or_of_as_many_as_it_takes():
    smooth, sudden = propagator(20.0).moment(0.101), propagator(20000.0).moment(0.1)
    assert smooth.along_y.shape[0] == 20 < sudden.along_y.shape[0]
    for moment in (smooth, sudden):
        error = abs(moment.along_x @ moment.along_y - moment.modes).max()
        assert error < 1e-10 * abs(moment.modes).max()


def test_moments_of_different_rank_are_stacked():
    solver = propagator(20000.0)
    together, apart = solver.moments([0.001, 0.1]), solver.moment(0.001)
    assert apart.along_y.shape[0] < together.along_y.shape[1]
    np.testing.assert_allclose(
        together.along_x[0] @ together.along_y[0], apart.along_x @ apart.along_y, rtol=1e-12
    )


def test_gradient_in_the_design_is_that_of_the_exact_solution():
    solver, point, step = propagator(20.0), jnp.array([0.31, 0.29]), 1e-4
    gradient = jax.grad(lambda p: read(solver, TRUE, 0.07, p))(point)
    for axis, shift in enumerate(np.eye(2) * step):
        ends = [
            GaussianPlume(CENTRE, 2.0, 0.05, solver.velocity).at(np.array(point) + s * shift, 0.07)
            for s in (1, -1)
        ]
        assert gradient[axis] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)


def test_nodes_integrate_a_smooth_source_as_the_full_grid_does():
    """A wide Gaussian as smooth part, on the panels' nodes, against the same one resolved on the
    full grid.
    """
    solver, wide = propagator(20.0), GaussianSource(2.0, 0.15)
    point = jnp.array([0.4, 0.3])
    on_nodes = read(solver, Source(GaussianSource(0.0, 0.05), 1.0, wide), 0.061, point)
    assert on_nodes == pytest.approx(float(read(solver, Source(wide), 0.061, point)), rel=1e-3)


def test_oversampling_resolves_the_narrow_printed_source():
    point, values = jnp.array([0.4, 0.3]), []
    for oversampling in (1, 4, 8):
        solver = propagator(20.0, oversampling=oversampling)
        printed = Source(make("reciprocal_printed", 2.0, 0.05))
        values.append(float(read(solver, printed, 0.061, point)))
    assert abs(values[1] - values[2]) < 0.01 * values[2] < abs(values[0] - values[2])
