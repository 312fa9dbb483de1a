"""Members that fail: left out of means, counted and named."""

import logging

import jax.numpy as jnp
import numpy as np
import pytest

from boed.inference import ensembles


def test_members_that_fail_have_the_mean_of_the_others(rng):
    values, working = rng.normal(size=(5, 3)), np.array([True, False, True, True, False])
    spoilt = np.where(working[:, None], values, [np.nan, np.inf, 1.0])
    settled = np.asarray(ensembles.settled(jnp.asarray(spoilt), jnp.asarray(working)))
    np.testing.assert_array_equal(settled[working], values[working])
    np.testing.assert_allclose(settled[~working], [values[working].mean(axis=0)] * 2)
    np.testing.assert_allclose(settled.mean(axis=0), values[working].mean(axis=0))


def test_members_that_fail_are_counted_and_named(caplog):
    with caplog.at_level(logging.WARNING, "boed"):
        ensembles.report_failures(np.arange(6) % 4 != 1)
        ensembles.report_failures(np.ones((2, 6), dtype=bool))
        ensembles.report_failures(np.array([[True] * 6, [True] * 5 + [False]]))
    assert caplog.messages == [
        "2 of 6 members give no finite prediction and are left out: 1, 5",
        "ensemble 1: 1 of 6 members give no finite prediction and are left out: 5",
    ]


def test_an_ensemble_of_which_no_two_members_work_stops_the_job():
    with pytest.raises(ValueError, match="ensemble 1: 6 of 6 members of the ensemble give no fin"):
        ensembles.report_failures(np.array([[True] * 6, [False] * 6]))
    with pytest.raises(ValueError, match="5 of 6 members .* smaller deviation"):
        ensembles.report_failures(np.arange(6) == 3)
