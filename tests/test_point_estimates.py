"""Points that stand for a belief: means of its best cells, and of its best local maxima."""

import jax.numpy as jnp
import numpy as np
import pytest

from boed import point_estimates
from boed.belief import Cells

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
    np.testing.assert_allclose(point_estimates.local_maxima(belief, CELLS, 1, 1e-2), [0.2, 0.3], atol=1e-12)


@pytest.mark.parametrize(("share", "expected"), [(1e-2, [0.2, 0.3]), (1e-6, [0.35, 0.2])])
def test_a_maximum_that_is_too_improbable_does_not_count(share, expected):
    belief = peaks((2, 3, 0.0), (5, 1, -9.0))
    np.testing.assert_allclose(point_estimates.local_maxima(belief, CELLS, 3, share), expected, atol=1e-12)


def test_top_cells_are_the_best_whatever_lies_between():
    belief = peaks((0, 4, 0.0))
    np.testing.assert_allclose(point_estimates.top_cells(belief, CELLS, 1), [0.0, 0.4], atol=1e-12)
    np.testing.assert_allclose(point_estimates.top_cells(belief, CELLS, 4), [0.025, 0.4], atol=1e-12)


@pytest.mark.parametrize("name", ["map", "belief", "top_cells", "local_maxima"])
def test_each_estimate_finds_a_single_narrow_peak(name):
    settings = {"calibration": {"centres": name, "peaks": 1, "least_share": 0.01}}
    settings["belief"] = {"map_window": 5, "map_refinement": 51}
    found = point_estimates.estimate(settings, CELLS)(peaks((6, 3, 0.0)))
    np.testing.assert_allclose(found, [0.6, 0.3], atol=5e-3)
