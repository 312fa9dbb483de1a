"""What a search has found by each evaluation, and where it ends."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

from boed.figures import searches

SEARCH = xr.Dataset(
    {
        "objective": (("evaluation", "replicate"), [[1.0, 0.0], [0.5, 3.0], [2.0, 1.0]]),
        "design": (
            ("replicate", "evaluation", "coordinate"),
            np.arange(24.0).reshape(2, 3, 4),
        ),
    }
)


def test_the_best_so_far_never_falls():
    best = searches.best_so_far(SEARCH.objective)
    np.testing.assert_array_equal(best, [[1.0, 1.0, 2.0], [0.0, 3.0, 3.0]])


def test_searches_end_at_the_sensors_of_their_best_value():
    designs = searches.sensors_tried(SEARCH)
    assert designs.shape == (2, 3, 2, 2)
    ends = searches.best_designs(designs, SEARCH.objective.T.values)
    np.testing.assert_array_equal(ends, [[[8.0, 9.0], [10.0, 11.0]], [[16.0, 17.0], [18.0, 19.0]]])


def test_a_search_that_does_not_come_near_is_said_to_take_longer():
    assert searches.when([4, 6, 9], 0.02, 20) == "within 2% after 6 evaluations (median)"
    longer = searches.when([21, 21, 4], 0.02, 20)
    assert longer == "within 2% after more than 20 evaluations (median)"


def test_designs_of_any_number_of_coordinates_are_drawn_with_their_units():
    units = [["h"], ["h", "h"], ["m", "K", "1"]]
    labels = [("evaluation", "design a [h]"), ("a [h]", "b [h]"), ("", "share of what was tried")]
    for unit, expected in zip(units, labels, strict=True):
        names = list("abc")[: len(unit)]
        tried = xr.Dataset(
            {
                "design": (("evaluation", "coordinate"), np.arange(4.0 * len(unit)).reshape(4, -1)),
                "coordinate_unit": ("coordinate", unit),
            },
            {"coordinate": names, "evaluation": [1, 2, 3, 4]},
        )
        _, panel = plt.subplots()
        searches.draw_designs(panel, tried, "black", "search")
        assert (panel.get_xlabel(), panel.get_ylabel()) == expected
        assert len(panel.get_legend_handles_labels()[1]) == 1
    np.testing.assert_allclose(panel.lines[1].get_ydata(), [1 / 3] * 3)
    assert [tick.get_text() for tick in panel.get_xticklabels()] == ["a [m]", "b [K]", "c"]
    plt.close("all")
