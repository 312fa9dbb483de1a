"""The scaling study's points: all ways to differentiate give one gradient."""

import numpy as np
import pytest
from toy_study import STUDY

from boed.costs import scaling
from boed.costs.scaling import EXPECTED, Size, point

SETTINGS = STUDY | {
    "plume": STUDY["plume"]
    | {"rollout": {"lower": -2.0, "upper": 3.0, "cells": 20, "time_step": 0.02}},
    "network": STUDY["network"] | {"first_layer_scale": 15.0},
    "discrepancy_experiment": {
        "deviation": 0.3,
        "schedule": "tempered",
        "inflation": 1.0,
        "localisation": "none",
    },
    "time": 0.061,
    "design": [0.41, 0.33],
    "centre": [0.27, 0.22],
    "repeats": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["propagator", "rollout"])
def test_every_mode_gives_the_same_gain_and_gradient(solver):
    settings = SETTINGS | {"plume": SETTINGS["plume"] | {"solver": solver}}
    results = {mode: point(settings, mode, Size(6, 4), seed=1)[1] for mode in scaling.MODES}
    for mode, result in results.items():
        np.testing.assert_allclose(
            result, results["reverse"][: len(result)], rtol=1e-6, err_msg=mode
        )
    assert [len(results[mode]) for mode in ("forward", "reverse", "forward_mode")] == [1, 3, 3]


@pytest.mark.slow
def test_memory_of_the_expected_gain_does_not_grow_with_its_samples():
    """Kept at once, eight samples would plan for some seven more ensembles (ad_eki §2.4)."""
    found = {
        n: point(SETTINGS, EXPECTED, Size(6, 2, n), seed=1)[0].planned_bytes for n in (1, 2, 8)
    }
    sample = 8 * (37 + 1)
    assert found[8] - found[2] <= 6 * 4 * sample
    more = point(SETTINGS, EXPECTED, Size(12, 2, 2), seed=1)[0].planned_bytes
    assert more > 1.5 * found[2]


def test_costs_of_a_point_are_positive():
    found, _ = point(SETTINGS, "forward", Size(4, 1), seed=1)
    assert all(value > 0 for value in found)
