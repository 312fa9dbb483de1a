"""Numbers that scripts work out themselves, by hand."""

import importlib.util
from pathlib import Path

import numpy as np
import xarray as xr

from boed.design.bayesian_optimisation import History
from boed.studies.risk import sensor_utility


def script(name):
    """A script of the workflow as a module."""
    specification = importlib.util.spec_from_file_location(
        name, Path("workflow/scripts") / f"{name}.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_what_fills_a_history_up_is_no_evaluation():
    short = History(np.array([[0.9], [0.5], [0.21], [0.2]]), np.array([0.0, 1.0, 2.0, 3.0]))
    long = History(np.linspace(0, 1, 8)[:, None], np.arange(8.0))
    histories = {"bayesian_common": [short], "bayesian_independent": [short], "gradient": [long]}
    found = script("optimise_design").dataset(histories, {"near": 0.05, "aversion": 1.0}, 1)
    own = found.sel(search="bayesian_common", replicate=0)
    assert (int(own.evaluations), float(own.concentration)) == (4, 0.5)
    assert own.best_design.values.tolist() == [0.2]
    assert float(own.best_objective) == 3.0
    assert float(found.sel(search="gradient", replicate=0).concentration) == 1 / 8


def test_turning_point_of_two_designs():
    """2 − λ·1 = 1.5 − λ·0.25 at λ = 2/3; the third, calmer but far lower, comes later."""
    found = {
        "expected_utility": np.array([[[2.0, 1.5, 0.1]]]),
        "utility_variance": np.array([[[1.0, 0.25, 0.0]]]),
    }
    np.testing.assert_allclose(script("map_utility").turning(found), [2 / 3])


def test_smoothness_by_hand():
    nested = np.array(
        [[[[0.0, 1.0, 0.0, 1.0]], [[0.0, 1.0, 2.0, 3.0]]]]
    )  # samples, sampling, run, design
    values = np.stack([np.zeros_like(nested), nested], axis=3)
    utility = script("estimate_utility")
    found = utility.smoothness(
        {"expected_utility": values + 1, "utility_variance": values}, np.zeros(4)
    )
    np.testing.assert_allclose(found["roughness"].values, [[2.0, 0.0]])
    np.testing.assert_allclose(found["deviation"].values, [[0.5, 1.5]])
    np.testing.assert_allclose(found["shift"].values, [1.0])


def test_two_sensors_geometry_by_hand():
    found = script("search_sensors").geometry(
        np.array([[0.1, 0.2, 0.9, 0.7], [0.3, 0.5, 0.4, 0.5]])
    )
    np.testing.assert_allclose(found["wall_distance"].values, [[0.1, 0.1], [0.3, 0.4]])
    np.testing.assert_allclose(found["corner_distance"].values[0], np.hypot([0.1, 0.1], [0.2, 0.3]))
    np.testing.assert_allclose(found["distance"].values, [np.hypot(0.8, 0.5), 0.1])
    np.testing.assert_allclose(found["vertical_distance"].values, [0.5, 0.0])
    np.testing.assert_array_equal(found["both_sides"].values, [1, 0])
    np.testing.assert_allclose(found["mean_centre_distance"].values[1], (0.2 + 0.1) / 2)


def test_images_that_a_search_looks_at_are_counted_once():
    designs = np.array(
        [[[[0.5, 0.02], [0.52, 0.0], [0.03, 0.5], [0.3, 0.3]]]]
    )  # aversion, replicate, evaluation
    found = script("search_sensors").visited(designs, np.array([[0.5, 0.0]]), [], 0.15)
    np.testing.assert_array_equal(found, [[2]])


def test_regret_of_sampled_maps_is_told_by_the_exact_ones():
    """Of four places the samples choose the second, which is 0.1 short of the best."""
    free = np.ones((2, 2), dtype=bool)
    exact = xr.Dataset(
        {
            "expected_utility": (("x", "y"), [[1.0, 0.9], [0.5, 0.4]]),
            "utility_variance": (("x", "y"), [[0.5, 0.1], [0.2, 0.2]]),
            "aversion": [0.0, 1.0],
        }
    )
    nodes = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    sampled = np.array([0.99, 1.08, 0.5, 0.4]), np.array([0.5, 0.1, 0.2, 0.2])
    found = script("sample_sensor_map").compared(exact, free, nodes, *sampled)
    np.testing.assert_allclose(found["regret"].values, [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(found["relative_regret"].values, [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(found["sampling_error"].values, [(0.01 + 0.0) / 2, 0.0], atol=1e-9)
    assert (found["sampled_best_x"].values[0], found["sampled_best_y"].values[0]) == (0.0, 1.0)


def test_the_wrong_side_is_where_the_source_is_not():
    prior = sensor_utility.sources([], 2)  # x = 1/4 and 3/4
    shown = [(np.array([0]), np.array([[0.1, 0.2, 0.3, 0.4]]))] * 2
    gains, truths = np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([[0.2, 0.9], [0.8, 0.1]])
    found = script("simulate_sensor_outcomes").dataset(
        gains, shown, truths, prior, np.zeros((2, 1, 2)), [0.0, 1.0]
    )
    np.testing.assert_allclose(found.wrong_side.values, [[0.7], [0.7]])
    np.testing.assert_allclose(found.worst_gain.values, [[1.0], [1.0]])


def test_a_front_leaves_out_what_another_design_beats():
    designs = np.arange(8.0).reshape(4, 2)
    found = script("trace_front").front(
        "one", designs, np.array([1.0, 3.0, 2.0, 2.5]), np.array([1.0, 3.0, 2.5, 2.0]), ""
    )
    np.testing.assert_array_equal(found["one_front_expected_utility"].values, [3.0, 2.5, 1.0])
    np.testing.assert_array_equal(found["one_front_design"].values, designs[[1, 3, 0]])
