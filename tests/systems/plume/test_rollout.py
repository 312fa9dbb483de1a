"""The time-stepping solver: exact sub-steps, orders of convergence, and the exact solution."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.systems.gaussian_source import GaussianSource
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.rollout import Rollout, convection, implicit_diffusion, van_leer
from boed.systems.plume.sources import Source
from boed.systems.plume.velocity import Velocity

CENTRE = jnp.array([0.25, 0.25])


def rollout(cells, time_step, acceleration=20.0, lower=-2.0, upper=3.0):
    velocity = Velocity((0.0, acceleration), (0.0, acceleration))
    return Rollout(1.0, velocity, lower, upper, cells, time_step)


def read(solver, source, moment, point, centre=CENTRE):
    return solver.read(solver.prepare(source.sharp, moment, centre, point), source)


def test_diffusion_solves_the_dense_linear_system(rng):
    cells, cell, amount = 9, 0.3, 0.05
    second = (
        np.diag(np.full(cells, -2.0))
        + np.diag(np.ones(cells - 1), 1)
        + np.diag(np.ones(cells - 1), -1)
    )
    second[0, 0] = second[-1, -1] = -1.0
    laplacian = (np.kron(second, np.eye(cells)) + np.kron(np.eye(cells), second)) / cell**2
    u = rng.normal(size=(cells, cells))
    expected = np.linalg.solve(np.eye(cells**2) - amount * laplacian, u.ravel()).reshape(
        cells, cells
    )
    np.testing.assert_allclose(
        implicit_diffusion(jnp.asarray(u), cell, amount), expected, atol=1e-12
    )


@pytest.mark.parametrize("velocity", [(2.0, -1.0), (-0.5, 3.0)])
def test_convection_conserves_mass_and_never_overshoots(velocity, rng):
    u = jnp.asarray(rng.uniform(size=(30, 30)) * (rng.uniform(size=(30, 30)) > 0.5))
    change = convection(u, velocity, 0.1, 0.01)
    assert jnp.sum(change) == pytest.approx(0.0, abs=1e-10)
    after = u + 0.01 * change
    inner = after[2:-2, 2:-2]
    assert inner.min() >= -1e-12
    assert inner.max() <= u.max() + 1e-12


def test_limiter_is_the_harmonic_mean_for_like_signs_and_zero_otherwise():
    ratio = jnp.array([-2.0, 0.0, 0.5, 1.0, 3.0])
    np.testing.assert_allclose(van_leer(ratio), [0.0, 0.0, 2 / 3, 1.0, 1.5])


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_convection_mirrors_with_the_velocity(sign, rng):
    u = jnp.asarray(rng.uniform(size=(16, 16)))
    there = convection(u, (sign * 1.5, 0.0), 0.1, 0.01)
    back = convection(u[::-1], (-sign * 1.5, 0.0), 0.1, 0.01)[::-1]
    np.testing.assert_allclose(there, back, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("width", [0.05, 0.1])
@pytest.mark.parametrize(
    ("acceleration", "time"), [(0.0, 0.06), (20.0, 0.05), (50.0, 0.05), (20.0, 0.1), (50.0, 0.1)]
)
def test_within_one_per_cent_at_the_papers_resolution(acceleration, time, width):
    solver = rollout(250, 0.001, acceleration)
    axis = np.linspace(0, 1, 51)
    computed = solver.field(
        Source(GaussianSource(2.0, width)), solver.moment(time), CENTRE, axis, axis
    )
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    exact = GaussianPlume(CENTRE, 2.0, width, solver.velocity).at(points, time)
    assert np.linalg.norm(computed - exact) <= 0.01 * np.linalg.norm(exact)


@pytest.mark.slow
def test_first_order_in_time():
    """Against the exact solution on a grid so fine that the error is the steps'."""
    errors, width, time = [], 0.15, 0.04
    for time_step in (0.004, 0.002, 0.001):
        solver = rollout(240, time_step, 20.0, -1.0, 1.5)
        centres = solver.centres()
        inside = np.flatnonzero((centres > 0) & (centres < 0.5))
        computed = solver.evolve(Source(GaussianSource(2.0, width)), solver.moment(time), CENTRE)[
            np.ix_(inside, inside)
        ]
        points = np.stack(np.meshgrid(centres[inside], centres[inside], indexing="ij"), axis=-1)
        errors.append(
            np.linalg.norm(
                computed - GaussianPlume(CENTRE, 2.0, width, solver.velocity).at(points, time)
            )
        )
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (abs(orders - 1.0) < 0.15).all(), orders


@pytest.mark.slow
def test_second_order_in_space_once_the_time_error_is_out_of_the_way():
    """All grids take the same steps, so their common time error drops out of the differences
    between them.
    """
    fields, time = [], 0.03
    for cells in (50, 100, 200, 400):
        solver = rollout(cells, 0.0005, 20.0, -1.0, 1.5)
        u = solver.evolve(Source(GaussianSource(2.0, 0.15)), solver.moment(time), CENTRE)
        # means over the coarsest grid's cells: comparable across grids without interpolation
        fields.append(np.asarray(u).reshape(50, cells // 50, 50, cells // 50).mean(axis=(1, 3)))
    gaps = [np.abs(a - b).mean() for a, b in itertools.pairwise(fields)]
    orders = np.log2(np.array(gaps[:-1]) / gaps[1:])
    assert orders[-1] == pytest.approx(2.0, abs=0.2), orders


@pytest.mark.slow
def test_over_centres_is_the_solve_of_each_centre():
    solver = rollout(60, 0.002, 20.0)
    moment, point, axis = solver.moment(0.03), jnp.array([0.5, 0.4]), jnp.array([0.2, 0.45])
    source = Source(GaussianSource(2.0, 0.2))
    once = solver.over_centres(solver.solve(source, moment), point, axis, axis)
    for i, x in enumerate(axis):
        for j, y in enumerate(axis):
            each = read(solver, source, moment, point, jnp.stack([x, y]))
            assert once[i, j] == pytest.approx(float(each), rel=0.03)


@pytest.mark.slow
def test_stacked_moments_solve_as_single_ones():
    solver, source = rollout(40, 0.004), Source(GaussianSource(2.0, 0.2))
    times, stacked = [0.02, 0.035], solver.moments([0.02, 0.035])
    for index, time in enumerate(times):
        own = jax.tree.map(lambda leaf, index=index: leaf[index], stacked)
        together, apart = (
            solver.evolve(source, moment, CENTRE) for moment in (own, solver.moment(time))
        )
        np.testing.assert_allclose(together, apart, rtol=0, atol=1e-12 * apart.max())


@pytest.mark.slow
def test_reverse_mode_agrees_with_differences_in_the_source_and_off_the_nodes_in_the_design():
    solver = rollout(40, 0.004)
    moment, point, step = solver.moment(0.02), jnp.array([0.41, 0.33]), 1e-5

    def value(amplitude, point):
        return read(solver, Source(GaussianSource(2.0, 0.2), amplitude), moment, point)

    by_amplitude, by_point = jax.grad(value, argnums=(0, 1))(1.2, point)
    assert by_amplitude == pytest.approx(float(value(1.0, point)), rel=1e-9)
    for axis, shift in enumerate(jnp.eye(2) * step):
        difference = (value(1.2, point + shift) - value(1.2, point - shift)) / (2 * step)
        assert by_point[axis] == pytest.approx(float(difference), rel=1e-6)
