"""Ratios of measured to predicted numbers, and power laws."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

from boed.figures import estimator_curves


def test_ratios_and_their_errors():
    sizes = xr.Dataset(
        {
            "expected_utility_bias": ("numbers", [-3.0, 1.0]),
            "expected_utility_bias_error": ("numbers", [0.5, 0.1]),
            "predicted_expected_utility_bias": ("numbers", [-2.0, 0.25]),
        }
    )
    value, error = estimator_curves.ratios(sizes, "expected_utility", "bias")
    np.testing.assert_allclose(value, [1.5, 4.0])
    np.testing.assert_allclose(error, [0.25, 0.4])


def test_ratios_that_are_too_great_become_triangles_at_the_edge():
    _, panel = plt.subplots()
    ratio = np.array([1.5, 4.0]), np.array([0.25, 0.4])
    inside = estimator_curves.draw_ratios(panel, np.arange(2.0), ratio, color="black", fmt="o")
    assert inside.tolist() == [True, False]
    triangle = panel.lines[-1].get_xydata()
    assert triangle[0, 0] == 1.0
    assert triangle[0, 1] < estimator_curves.HIGHEST
    plt.close("all")


def test_a_power_law_begins_at_its_first_value():
    samples = np.array([10.0, 1000.0])
    np.testing.assert_allclose(estimator_curves.power_law(samples, 4.0, -0.5), [4.0, 0.4])


def test_the_title_says_on_how_many_runs_of_a_black_box_estimates_rest():
    assert estimator_curves.rests_on(xr.Dataset()) == "common samples"
    counts = {"runs": ("design", [600, 700]), "failed_runs": ("design", [0, 3])}
    said = estimator_curves.rests_on(xr.Dataset(counts))
    assert said == "common samples, 1,300 runs, 3 failed"
