"""The comparison of methods: equal budgets, the stages at which they are held against each other,
and their rises.
"""

import configurations
import numpy as np
import pytest

from boed.config import overlays
from boed.studies.active import method_comparison
from boed.studies.hybrid.stage_files import observation_noise

CONFIG = overlays.without_nulls(configurations.smoke())


def test_two_data_a_stage_are_as_many_as_the_other_method_takes_and_at_the_same_times():
    settings = overlays.resolve_method(CONFIG, "active_learning_robust")
    doubled = method_comparison.with_two_data_a_stage(settings)
    stages = len(settings["times"])
    first, *later = settings["times"]
    assert sorted(doubled["times"]) == sorted([first, *later, *later])
    assert len(doubled["times"]) == method_comparison.data_by_stage(stages)[-1] == 2 * stages - 1
    assert len(doubled["experiment"]["steps"]) == 2 * stages - 1
    assert len(doubled["calibration"]["rates"]) == 2 * stages - 2
    assert doubled["calibration"]["rates"][::2] == doubled["calibration"]["rates"][1::2]


def test_every_method_meets_the_same_problem():
    every = [
        overlays.resolve_method(CONFIG, method) for method in CONFIG["method_comparison"]["methods"]
    ]
    for block in ("replicates", "times", "plume", "truth", "model", "noise", "belief"):
        assert all(settings[block] == every[0][block] for settings in every), block
    noise = [observation_noise(settings, 1, ("toy", 1, "physical")) for settings in every]
    np.testing.assert_array_equal(noise[0], noise[1])


def test_the_largest_rise_is_that_between_neighbouring_stages():
    error = np.array([[1.0, 1.0], [0.5, 0.8], [0.9, 0.6], [0.7, 0.1]])
    np.testing.assert_allclose(method_comparison.largest_rise(error), [0.4, 0.0])
    np.testing.assert_array_equal(method_comparison.largest_rise(error[:1]), [0.0, 0.0])


@pytest.mark.slow
def test_both_methods_know_the_same_after_the_first_datum():
    """Nothing is learned of the strength from it, and both look for the same design with the same
    noise.
    """
    courses = {}
    for method in ("ad_eki_robust", "active_learning_robust"):
        courses[method] = method_comparison.run(overlays.resolve_method(CONFIG, method), 1, "toy")
    ours, theirs = courses.values()
    assert ours.strength.shape == theirs.strength.shape == ours.location_error.shape
    np.testing.assert_array_equal(ours.strength[0], 3.0)
    np.testing.assert_array_equal(theirs.strength[0], 3.0)
    np.testing.assert_allclose(ours.location_error[0], theirs.location_error[0], atol=1e-9)
    assert np.all(ours.strength[1] != 3.0)
