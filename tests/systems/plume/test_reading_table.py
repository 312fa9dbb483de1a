"""Readings interpolated in a table against the solver's own, and their derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import STUDY

from boed.systems.plume.plume_system import plume_system
from boed.systems.plume.reading_table import ENTRIES_A_POINT, lagrange, read, strides, tabulate

LOWER, REACH = jnp.array([0.31, 0.12]), 0.4


@pytest.fixture(scope="module", params=["propagator", "rollout"])
def study(request):
    return plume_system(STUDY | {"plume": STUDY["plume"] | {"solver": request.param}})


@pytest.fixture(scope="module")
def solution(study):
    return study.plume.solve(study.true.source, study.plume.moment(0.061))


@pytest.fixture(scope="module")
def table(study, solution):
    return tabulate(study.plume, solution, study.cells, LOWER, REACH)


# bilinear readings of a rollout have kinks that no polynomial follows
TOLERANCE = {"Propagator": 1e-6, "Rollout": 2e-2}


@pytest.mark.parametrize("design", [(0.31, 0.12), (0.5, 0.3), (0.71, 0.52), (0.4137, 0.4999)])
def test_every_cell_reads_as_the_solver_says(design, study, solution, table):
    design = jnp.array(design)
    expected = np.asarray(study.plume.over_centres(solution, design, *study.cells))
    found = read(study.plume, table, study.cells, LOWER, design)
    tolerance = TOLERANCE[type(study.plume).__name__]
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * expected.max())


@pytest.mark.parametrize("study", ["propagator"], indirect=True)
def test_derivatives_in_the_design_are_the_solvers(study, solution, table):
    design = jnp.array([0.4137, 0.2999])
    exact = jax.jacfwd(lambda d: study.plume.over_centres(solution, d, *study.cells))(design)
    forward, reverse = (
        mode(lambda d: read(study.plume, table, study.cells, LOWER, d))(design)
        for mode in (jax.jacfwd, jax.jacrev)
    )
    np.testing.assert_allclose(forward, exact, rtol=0, atol=1e-4 * abs(exact).max())
    np.testing.assert_allclose(reverse, forward, rtol=1e-12)


def test_reading_is_linear_in_the_table_and_so_is_its_derivative(study, table):
    design, change = jnp.array([0.4, 0.3]), jnp.sin(jnp.arange(table.size)).reshape(table.shape)
    slope = jax.jvp(
        lambda t: read(study.plume, t, study.cells, LOWER, design), (table,), (change,)
    )[1]
    np.testing.assert_allclose(
        slope, read(study.plume, change, study.cells, LOWER, design), atol=1e-12
    )


@pytest.mark.parametrize("place", [0.0, 0.3, 1.0])
def test_interpolation_reproduces_polynomials_of_degree_five(place):
    nodes = np.arange(-2, 4)
    for degree in range(6):
        assert sum(
            w * float(n) ** degree for w, n in zip(lagrange(jnp.array(place)), nodes, strict=True)
        ) == pytest.approx(place**degree, abs=1e-12)


def test_table_is_finer_than_the_solver_whatever_the_cells(study):
    for stride in strides(study.cells, study.plume.resolution):
        assert stride.length <= study.plume.resolution / ENTRIES_A_POINT * (1 + 1e-12)
        assert stride.length * stride.span == pytest.approx(study.cells.x[-1] - study.cells.x[0])
