"""Axes over designs: names, units, the order of designs, maps with what is forbidden left out."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from boed.figures import design_axes, estimator_curves

PLACES = np.array([[0.0, 1.0], [0.0, 2.0], [5.0, 1.0]])
SEVERAL = xr.Dataset(
    {
        "place": (("design", "coordinate"), PLACES),
        "coordinate_unit": ("coordinate", ["m", "1"]),
        "expected_utility": ("design", [0.3, 0.1, 0.2], {"units": "nat", "long_name": "U"}),
        "utility_variance": ("design", [0.1, 0.1, 0.3]),
        "objective": (("aversion", "design"), [[0.3, 0.1, 0.2], [0.2, 0.0, -0.1]]),
        "best_design": (("aversion", "coordinate"), PLACES[[0, 0]]),
    },
    {"design": [0, 1, 2], "coordinate": ["x", "n"], "aversion": [0.0, 1.0]},
)
ONE = xr.Dataset(coords={"design": ("design", [1.0, 2.0], {"units": "h", "long_name": "t"})})


@pytest.fixture(autouse=True)
def closed():
    """No figure stays open."""
    yield
    plt.close("all")


def test_labels_have_the_unit_that_the_file_has():
    assert design_axes.label(ONE.design, "design") == "design t [h]"
    assert design_axes.along(ONE)[1] == "design t [h]"
    pure = xr.DataArray([1.0], attrs={"units": "1", "long_name": "d"})
    assert design_axes.label(pure) == "d"
    assert design_axes.coordinate_labels(SEVERAL) == ["x [m]", "n"]
    assert (design_axes.coordinates(ONE), design_axes.coordinates(SEVERAL)) == (1, 2)


def test_designs_of_several_coordinates_stand_in_the_order_of_a_curve():
    order = design_axes.row(SEVERAL, SEVERAL.expected_utility)
    assert order.tolist() == [1, 2, 0]
    assert design_axes.along(SEVERAL)[0].tolist() == [0.0, 1.0, 2.0]
    assert design_axes.row(ONE, ONE.design[::-1]).tolist() == [0, 1]


def test_a_chosen_design_is_found_again_and_said_in_words():
    best = SEVERAL.best_design.sel(aversion=1.0)
    assert design_axes.number_of(SEVERAL, best) == 0
    assert design_axes.words(best) == "x = 0, n = 1"
    assert design_axes.words(xr.DataArray(16.52348)) == "16.52"
    assert design_axes.number_of(ONE, xr.DataArray(2.0)) == 1


def test_a_map_has_no_value_where_no_design_was_looked_at():
    first, second, values = design_axes.on_map(SEVERAL, SEVERAL.expected_utility)
    assert (first.tolist(), second.tolist()) == ([0.0, 5.0], [1.0, 2.0])
    assert values.filled(-1.0).tolist() == [[0.3, 0.2], [0.1, -1.0]]


def test_maps_and_points_have_a_panel_for_each_quantity_or_coordinate():
    figure = estimator_curves.maps(SEVERAL)
    # expected utility, variance, one objective; a colour bar each
    assert len(figure.axes) == 6
    assert figure.axes[0].get_title() == "expected utility [nat]\nbest: x = 0, n = 1"
    assert figure.axes[0].get_xlabel() == "x [m]"
    figure = estimator_curves.points(SEVERAL)
    assert len(figure.axes) == 4
    marked = figure.axes[3].lines[-1].get_xydata()
    np.testing.assert_allclose(marked, [[1.0, 0.2]])


def test_forbidden_designs_are_shaded():
    _, panel = plt.subplots()
    design_axes.shade_forbidden([panel], ONE)
    assert not panel.patches
    design_axes.shade_forbidden([panel], ONE.assign(forbidden=(("interval", "end"), [[1.2, 1.6]])))
    assert len(panel.patches) == 1
