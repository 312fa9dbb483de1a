"""What a map shows: limits, levels, and no values inside buildings."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

from boed.figures import maps

BUILDINGS = [[0.4, 0.6, 0.4, 0.6]]


def test_limits_hold_designs_outside_the_unit_square():
    (left, right), (low, high) = maps.limits(np.array([[-0.05, 0.4], [0.7, -0.2]]))
    assert left < -0.05
    assert low < -0.2
    assert (right, high) == (1.0, 1.0)


def test_symmetric_levels_hold_all_values_and_zero():
    levels = maps.symmetric(np.array([-0.3, 0.1]))
    assert (levels[0], levels[10], levels[-1]) == (-0.3, 0.0, 0.3)
    assert np.all(np.diff(maps.symmetric(np.zeros(2))) > 0)


def test_shared_levels_leave_out_what_is_not_free():
    values = [np.array([1.0, 100.0]), np.array([-2.0, 3.0])]
    free = [np.array([True, False]), np.array([True, True])]
    levels = maps.shared_levels(values, free)
    assert (levels[0], levels[-1]) == (-2.0, 3.0)


def test_a_domain_is_drawn_where_it_is_free():
    free = np.ones((3, 3), dtype=int)
    free[1, 1] = 0
    nodes = xr.Dataset({"accessible": (("x", "y"), free)}, coords={"x": range(3), "y": range(3)})
    domain = maps.domain_of(nodes.assign_coords(x=np.linspace(0, 1, 3)), BUILDINGS)
    assert domain.free.dtype == bool
    _, panel = plt.subplots()
    drawn = maps.draw(panel, domain, np.where(free, 1.0, np.nan), [0.0, 0.5, 2.0])
    assert drawn.zmax == 1.0
    assert len(panel.patches) == 1
    assert panel.get_xlim() == (0, 1)
    plt.close("all")
