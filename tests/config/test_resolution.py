"""The bounds on a source's width, against solutions that no grid has touched."""

import numpy as np
import pytest
from cosine_series import field as diffused

from boed.config.model import resolution
from boed.config.model.plume import Propagator as SpectralGrid
from boed.config.model.resolution import NARROW, Sampled
from boed.systems.diffusion import forward_models
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.propagator import Propagator
from boed.systems.plume.rollout import Rollout
from boed.systems.plume.sources import Source, make
from boed.systems.plume.velocity import Velocity

FLOW, TIME, WIDTH, LENGTH = Velocity((0.0, 20.0), (0.0, 20.0)), 0.051, 0.05, 5.04
CENTRE = np.array([0.2531, 0.2531])
AXIS = np.sort(
    np.r_[np.linspace(-0.4929, 1.0071, 31), CENTRE[0] + np.array([0, 0.002, 0.005, 0.02])]
)
PLANE = np.stack(np.meshgrid(AXIS, AXIS, indexing="ij"), axis=-1)


def on_spectral_grid(form, points, oversampling=2):
    solver = Propagator(1.0, FLOW, LENGTH, points, oversampling, (-1.6, 0.0, 1.6), (2, 2))
    source = Source(make(form, 2.0, WIDTH))
    return np.asarray(solver.field(source, solver.moment(TIME), CENTRE, AXIS, AXIS))


def error(ours, reference):
    return np.abs(ours - reference).max() / np.abs(reference).max()


EXACT = GaussianPlume(CENTRE, 2.0, WIDTH, FLOW).at(PLANE, TIME)


def accepted_points(form):
    """Fewest points that the check accepts."""
    return 2 * int(np.ceil(resolution.SPACINGS[form] * LENGTH / WIDTH / 2))


@pytest.mark.parametrize("oversampling", [1, 2, 4])
def test_the_fewest_points_for_a_gaussian_source_keep_the_exact_field(oversampling):
    points = accepted_points("gaussian")
    assert error(on_spectral_grid("gaussian", points, oversampling), EXACT) < 0.001
    assert error(on_spectral_grid("gaussian", points // 2, oversampling), EXACT) > 0.03


@pytest.mark.parametrize(
    ("form", "oversampling", "allowed"),
    [("reciprocal_released", 1, 0.01), ("reciprocal_released", 2, 0.01), (NARROW, 6, 0.05)],
)
def test_the_fewest_points_for_a_reciprocal_source_keep_a_finer_field(form, oversampling, allowed):
    fine, points = on_spectral_grid(form, 768, 6), accepted_points(form)
    assert error(on_spectral_grid(form, points, oversampling), fine) < allowed
    assert error(on_spectral_grid(form, points // 2, oversampling), fine) > 1.5 * allowed


def test_one_cell_a_width_keeps_the_field_of_time_stepping():
    def stepped(cells):
        solver = Rollout(1.0, FLOW, -2.0, 3.0, cells, 0.001)
        source = Source(make("gaussian", 2.0, WIDTH))
        return np.asarray(solver.field(source, solver.moment(TIME), CENTRE, AXIS, AXIS))

    assert error(stepped(100), EXACT) < 0.05 < 0.1 < error(stepped(50), EXACT)


def test_one_cell_a_width_keeps_the_diffused_field():
    place, sensors = np.array([[0.43, 0.31]]), np.random.default_rng(0).uniform(size=(200, 2))
    exact = diffused(sensors, place[0], 0.2)

    def adjoint(cells):
        settings = {"source": {"strength": 2.0, "width": WIDTH}, "time": 0.2, "cells": cells}
        return np.asarray(forward_models.adjoint([], settings, place)(sensors))[:, 0]

    assert error(adjoint(20), exact) < 0.02 < error(adjoint(10), exact)


@pytest.mark.parametrize(("width", "refused"), [(0.0355, False), (0.0354, True)])
def test_the_bound_is_the_grids(width, refused):
    grid = SpectralGrid(length=5.04, points=128, oversampling=2, panels=[-1.0, 1.0], order=[4])
    problems = list(resolution._on_spectral_grid(grid, Sampled("truth", "gaussian", width)))
    assert bool(problems) == refused
