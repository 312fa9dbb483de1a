"""All stages of joint design: where its designs lie, and what it finds."""

import numpy as np
import pytest

from boed.studies.joint import campaign


@pytest.mark.slow
def test_run_keeps_designs_in_their_windows_and_finds_the_source(settings):
    record = campaign.run(settings, 1, "toy")
    assert record.first_design.shape == (2, 2, 2)
    assert record.second_design.shape == (1, 2, 2)
    assert np.all(np.abs(record.first_design[0] - 0.5) <= 0.2 + 1e-12)
    assert np.all(np.abs(record.second_design[0] - record.first_design[1]) <= 0.1 + 1e-12)
    # sampled noise differs from replicate to replicate
    assert record.strength_mean[0, 0] != record.strength_mean[0, 1]
    assert np.all(record.posterior_spread[1] < record.posterior_spread[0])


@pytest.mark.slow
def test_without_sampled_noise_all_replicates_are_the_same(settings):
    quiet = settings | {
        "times": [0.051],
        "noise": settings["noise"] | {"observation_noise": "none"},
    }
    record = campaign.run(quiet, 1, "toy")
    assert record.location_error.shape == (1, 2)
    assert record.second_design.shape == (0, 2, 2)
    np.testing.assert_array_equal(record.strength_mean[:, 0], record.strength_mean[:, 1])
