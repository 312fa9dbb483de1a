"""Axes, combinations and last values of a sweep."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from boed.figures import sweep_panels

DIMS = ("recipe", "problem", "stage", "replicate")
SWEEP = xr.Dataset(
    {
        "location_error": (DIMS, np.arange(24.0).reshape(2, 2, 3, 2)),
        "discrepancy_gain": (DIMS, np.arange(24.0).reshape(2, 2, 3, 2)),
        "credible_level": (DIMS, np.linspace(0.85, 0.95, 24).reshape(2, 2, 3, 2)),
    },
    coords={"recipe": ["a", "b"], "problem": ["one", "two"], "stage": [1, 2, 3]},
)


def test_axes_and_their_combinations():
    assert sweep_panels.axes_of(SWEEP) == ("recipe", ["problem"])
    assert sweep_panels.combinations(SWEEP) == [{"problem": "one"}, {"problem": "two"}]
    assert sweep_panels.combinations(SWEEP.isel(problem=0, drop=True)) == [{}]
    assert sweep_panels.words({"problem": "one", "noise": "none"}) == ["problem one", "noise none"]


def test_gains_are_those_of_all_stages_that_have_a_discrepancy_design():
    part = SWEEP.sel(problem="two")
    last = sweep_panels.at_the_end(part, "location_error")
    np.testing.assert_array_equal(last, [[10.0, 22.0], [11.0, 23.0]])
    gains = sweep_panels.at_the_end(part, "discrepancy_gain")
    np.testing.assert_array_equal(gains[:, 0], [8.0, 9.0, 10.0, 11.0])


def test_a_region_covers_the_source_below_its_level():
    levels = xr.DataArray([[0.89, 0.9], [0.1, 0.2]], dims=("stage", "replicate"))
    np.testing.assert_array_equal(sweep_panels.coverage(levels), [0.5, 1.0])


@pytest.mark.parametrize(("greatest", "numbered"), [(5.0, True), (1e4, False)])
def test_axes_of_few_decades_have_numbers_between_their_ends(greatest, numbered):
    _, panel = plt.subplots()
    panel.set_xlim(0.1, greatest)
    sweep_panels.number_logarithmically(panel)
    assert bool(panel.xaxis.get_minor_formatter()(0.2, 0)) == numbered
    plt.close("all")
