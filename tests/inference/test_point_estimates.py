"""Points that stand for a belief: means of its best cells, and of its best local maxima."""

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import griddata

from boed.inference import point_estimates
from boed.inference.grid_belief import Cells
from boed.inference.map_estimate import triangulated_matrix

CELLS = Cells.square(0.0, 1.0, 11)


def peaks(*each):
    """Log belief with narrow peaks (row, column, log height) on a low ground."""
    x, y = np.meshgrid(np.arange(11), np.arange(11), indexing="ij")
    heights = [height - 2.0 * ((x - row) ** 2 + (y - column) ** 2) for row, column, height in each]
    return jnp.asarray(np.logaddexp.reduce([*heights, np.full((11, 11), -60.0)]))


def test_local_maxima_are_averaged_without_their_neighbours():
    belief = peaks((2, 3, 0.0), (8, 7, -0.5), (5, 1, -9.0))
    two = point_estimates.local_maxima(belief, CELLS, 2, 1e-2)
    np.testing.assert_allclose(two, [0.5, 0.5], atol=1e-12)
    np.testing.assert_allclose(
        point_estimates.local_maxima(belief, CELLS, 1, 1e-2), [0.2, 0.3], atol=1e-12
    )


@pytest.mark.parametrize(("share", "expected"), [(1e-2, [0.2, 0.3]), (1e-6, [0.35, 0.2])])
def test_a_maximum_that_is_too_improbable_does_not_count(share, expected):
    belief = peaks((2, 3, 0.0), (5, 1, -9.0))
    np.testing.assert_allclose(
        point_estimates.local_maxima(belief, CELLS, 3, share), expected, atol=1e-12
    )


def test_top_cells_are_the_best_whatever_lies_between():
    belief = peaks((0, 4, 0.0))
    np.testing.assert_allclose(point_estimates.top_cells(belief, CELLS, 1), [0.0, 0.4], atol=1e-12)
    np.testing.assert_allclose(
        point_estimates.top_cells(belief, CELLS, 4), [0.025, 0.4], atol=1e-12
    )


@pytest.mark.parametrize(
    "name", ["map", "belief", "refined_top_cells", "top_cells", "local_maxima"]
)
def test_each_estimate_finds_a_single_narrow_peak(name):
    settings = {"calibration": {"centres": name, "peaks": 1, "least_share": 0.01}}
    for interpolation in ("log_cubic", "triangulated"):
        settings["belief"] = {
            "map_window": 5,
            "map_refinement": 51,
            "map_interpolation": interpolation,
        }
        found = point_estimates.estimate(settings, CELLS)(peaks((6, 3, 0.0)))
        np.testing.assert_allclose(found, [0.6, 0.3], atol=5e-3)


def test_the_refined_estimate_cuts_the_mean_of_the_top_cells_to_a_whole_one():
    """Two far peaks of alike cells: the middle between them is where the window is looked at."""
    belief = peaks((2, 3, 0.0), (7, 4, -0.01))
    settings = {"calibration": {"centres": "refined_top_cells", "peaks": 2, "least_share": 0.01}}
    settings["belief"] = {
        "map_window": 5,
        "map_refinement": 51,
        "map_interpolation": "triangulated",
    }
    found = np.asarray(point_estimates.estimate(settings, CELLS)(belief))
    # mean index (4.5, 3.5), cut to (4, 3): the window reaches from (2, 1) to (6, 5), its best cell
    # is (2, 3)
    np.testing.assert_allclose(found, [0.2, 0.3], atol=5e-3)


SAVED = yaml.safe_load((Path(__file__).parent / "published_beliefs.yaml").read_text())


@pytest.mark.parametrize("stage", SAVED, ids=lambda stage: f"stage {stage['stage']}")
def test_the_refined_estimate_is_the_one_that_the_authors_saved(stage):
    """Their beliefs as they saved them, about the most probable cells; nothing of it is ours."""
    belief = np.full((51, 51), 1e-30)
    x, y = stage["corner"]
    belief[x : x + 5, y : y + 5] = stage["window"]
    for (row, column), probability in zip(
        stage["top_cells"], stage["top_probabilities"], strict=True
    ):
        belief[row, column] = probability
    block = {"centres": "refined_top_cells", "peaks": 5, "least_share": 0.01}
    grid = {"map_window": 5, "map_refinement": 50, "map_interpolation": "triangulated"}
    estimate = point_estimates.estimate(
        {"calibration": block, "belief": grid}, Cells.square(0.0, 1.0, 51)
    )
    np.testing.assert_allclose(estimate(jnp.log(belief)), stage["estimate"], atol=1e-4)


@given(st.integers(0, 2**32 - 1))
def test_the_triangulated_interpolant_is_scipys(seed):
    """What is kept as a matrix against SciPy's own interpolation of a random patch."""
    patch, axis = np.random.default_rng(seed).uniform(size=(5, 5)), np.linspace(0, 4, 50)
    points = np.stack(np.meshgrid(np.arange(5), np.arange(5), indexing="ij"), axis=-1).reshape(
        -1, 2
    )
    fine = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    expected = griddata(points, patch.ravel(), fine, method="cubic")
    np.testing.assert_allclose(triangulated_matrix(5, 50) @ patch.ravel(), expected, atol=1e-4)


def on_a_grid(shape, *each):
    """Log belief on a grid of this shape with narrow peaks (index along each axis, log height)."""
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    heights = [height - 2.0 * np.sum((index - place) ** 2, axis=-1) for place, height in each]
    return jnp.asarray(np.logaddexp.reduce([*heights, np.full(shape, -60.0)]))


LINE = Cells.spanning({"a": (0.0, 10.0, 11)})
BOX = Cells.spanning({"a": (0.0, 1.0, 11), "b": (0.0, 60.0, 7), "c": (-4.0, 4.0, 9)})


@pytest.mark.parametrize(
    ("cells", "first", "second"),
    [(LINE, [2], [7]), (BOX, [2, 1, 3], [8, 5, 6])],
    ids=["one parameter", "three parameters"],
)
def test_estimates_of_one_and_of_three_parameters(cells, first, second):
    belief = on_a_grid(cells.shape, (first, 0.0), (second, -0.5))
    places = np.array([cells.points()[tuple(place)] for place in (first, second)])
    np.testing.assert_allclose(
        point_estimates.local_maxima(belief, cells, 2, 1e-2), places.mean(axis=0), atol=1e-12
    )
    np.testing.assert_allclose(point_estimates.top_cells(belief, cells, 1), places[0], atol=1e-12)
    settings = {
        "belief": {"map_window": 5, "map_refinement": 51, "map_interpolation": "log_cubic"},
        "calibration": {"centres": "map", "peaks": 1, "least_share": 0.01},
    }
    found = point_estimates.estimate(settings, cells)(belief)
    np.testing.assert_allclose((found - places[0]) / np.array(cells.sides), 0, atol=0.05)


@pytest.mark.parametrize("name", ["map", "refined_top_cells"])
def test_a_triangulation_is_of_two_axes_only(name):
    settings = {
        "belief": {"map_window": 5, "map_refinement": 51, "map_interpolation": "triangulated"},
        "calibration": {"centres": name, "peaks": 1, "least_share": 0.01},
    }
    estimate = point_estimates.estimate(settings, BOX)
    with pytest.raises(ValueError, match="two axes, got 3 .a, b, c.: choose map_inter"):
        estimate(jnp.zeros(BOX.shape))
