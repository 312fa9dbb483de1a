"""Searches of all replicates and their record, gradients that are not finite among them."""

import logging
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import small_plume

from boed.design import projected_adam
from boed.design.replicated_search import ReplicatedSearch
from boed.jobs import store
from boed.studies.hybrid.search_record import search_dataset

ASCENT = projected_adam.Ascent(rate=0.02, drift=0.0, stop_after_clips=2, jump=0.05)
SYSTEM = small_plume.system()
START = np.array([[0.5, 0.5], [0.1, 0.9], [0.3, 0.2]])
PEAKS = np.array([[0.6, 0.6], [0.2, 0.8], [0.31, 0.19]])


def hill(moment, start, arguments):
    """A search for a replicate's own peak, seen at the common height `moment`; broken at its start,
    where it leaves out 3 members.
    """

    peak, broken = arguments

    def value(design, key):
        return moment - jnp.sum((design - peak) ** 2)

    def evaluate(design, key):
        value_, gradient = jax.value_and_grad(value)(design, key)
        bad = broken & jnp.all(design == start)
        value_, gradient = (jnp.where(bad, jnp.nan, part) for part in (value_, gradient))
        return projected_adam.Evaluation(value_, gradient, jnp.where(bad, 3, 0))

    box = projected_adam.window(start, 0.15, 0.0, 1.0)
    return SimpleNamespace(value=value, evaluate=evaluate, box=box)


def recorded(key, broken=False, grid=0, ascent=ASCENT, steps=12):
    run = ReplicatedSearch(hill, ascent, grid)
    return search_dataset(
        SYSTEM, *run(jnp.array(5.0), START, (PEAKS, np.full(3, broken)), key, steps)
    )


def test_every_step_of_every_replicate_is_recorded(key):
    record = recorded(key)
    assert record.path.shape == (3, 12, 2)
    np.testing.assert_array_equal(record.path[:, 0], START)
    assert (record.finite == 1).all()
    assert (abs(record.design.values - START) <= 0.15 + 1e-12).all()
    np.testing.assert_array_equal(record.active[:, 0], 1)
    assert (record.clipped.sum("step") <= 2).all()


def test_a_search_survives_values_that_are_not_finite_and_its_record_can_be_stored(key, tmp_path):
    record = recorded(key, broken=True)
    np.testing.assert_array_equal(record.finite[:, 0], 0)
    assert (record.finite[:, 1:] == 1).all()
    assert (record.utility[:, 0] == 0).all()
    store.write(record, tmp_path / "search.nc", {})


def test_members_that_are_left_out_are_counted_in_the_record_and_in_the_log(key, caplog):
    with caplog.at_level(logging.WARNING, "boed"):
        assert (recorded(key).left_out == 0).all()
        assert not caplog.messages
        record = recorded(key, broken=True)
    np.testing.assert_array_equal(record.left_out, [[3] + [0] * 11] * 3)
    assert caplog.messages == [
        "in 3 of 36 steps some members of the ensemble give no finite prediction and are left out, "
        "up to 3: first in step 0 of replicate 0 at (0.5, 0.5)"
    ]


def test_every_replicate_climbs_its_own_hill(key):
    record = recorded(key, ascent=ASCENT._replace(rate=0.005), steps=60)
    np.testing.assert_allclose(record.design, PEAKS, atol=0.01)
    np.testing.assert_allclose(record.utility[:, 0], 5.0 - ((START - PEAKS) ** 2).sum(axis=1))


def test_with_a_grid_every_replicate_begins_at_the_best_point_of_its_own_window(key):
    record = recorded(key, grid=3)
    best = [START[0] + 0.15, [0.25, 0.75], START[2]]
    np.testing.assert_allclose(record.path[:, 0], best)


def test_a_search_without_any_finite_utility_stops_the_job(key):
    """Of three replicates the last has a peak that is not a number."""
    peaks = np.array([*PEAKS[:2], [np.nan, 0.2]])
    run = ReplicatedSearch(hill, ASCENT, 0)
    with pytest.raises(
        ValueError, match=r"utility in 1 of 3 .* replicate 2, begun at \(0.3, 0.2\)"
    ):
        run(jnp.array(5.0), START, (peaks, np.full(3, False)), key, 12)
