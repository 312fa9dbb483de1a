"""Numbers that scripts of risk studies work out themselves, by hand."""

import importlib.util
from pathlib import Path

import numpy as np

from boed.bayesian_optimisation import History


def script(name):
    """A script of the workflow as a module."""
    specification = importlib.util.spec_from_file_location(name, Path("workflow/scripts") / f"{name}.py")
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
    found = {"expected_utility": np.array([[[2.0, 1.5, 0.1]]]), "utility_variance": np.array([[[1.0, 0.25, 0.0]]])}
    np.testing.assert_allclose(script("map_utility").turning(found), [2 / 3])


def test_smoothness_by_hand():
    nested = np.array([[[[0.0, 1.0, 0.0, 1.0]], [[0.0, 1.0, 2.0, 3.0]]]])  # samples, sampling, run, design
    values = np.stack([np.zeros_like(nested), nested], axis=3)
    utility = script("estimate_utility")
    found = utility.smoothness({"expected_utility": values + 1, "utility_variance": values}, np.zeros(4))
    np.testing.assert_allclose(found["roughness"].values, [[2.0, 0.0]])
    np.testing.assert_allclose(found["deviation"].values, [[0.5, 1.5]])
    np.testing.assert_allclose(found["shift"].values, [1.0])
