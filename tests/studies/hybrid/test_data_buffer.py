"""Measurements of several stages in arrays of one size."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import small_plume

from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.inverse_problem import Measurements

SYSTEM = small_plume.system()


def datum(rng, replicates=3):
    """One measurement a replicate."""
    design, observed = rng.normal(size=(replicates, 2)), rng.normal(size=replicates)
    return Measurements(
        *map(jnp.asarray, (design, observed, rng.uniform(size=replicates), np.ones(replicates)))
    )


@pytest.mark.parametrize("stages", [1, 2, 6])
def test_every_datum_has_a_slot_of_its_own(stages):
    slots = data_buffer.Slots(stages)
    taken = [slots.physical(n) for n in range(1, stages + 1)] + [
        slots.discrepancy(n) for n in range(2, stages + 1)
    ]
    assert taken == list(range(slots.count))
    np.testing.assert_array_equal(slots.is_discrepancy, [0] * stages + [1] * (stages - 1))
    values = slots.by_slot(range(1, stages + 1))
    assert all(values[slots.physical(n)] == n for n in range(1, stages + 1))
    assert all(values[slots.discrepancy(n)] == n for n in range(2, stages + 1))


def test_measurements_start_empty_and_are_put_into_their_slots(rng):
    new = datum(rng)
    data = data_buffer.put(data_buffer.empty(SYSTEM, 3, 4), 2, new)
    np.testing.assert_array_equal(data.used, [[0, 0, 1, 0]] * 3)
    for values, own in zip(jax.tree.leaves(data), jax.tree.leaves(new), strict=True):
        np.testing.assert_array_equal(values[:, 2], own)
    np.testing.assert_array_equal(data.observed[:, np.array([0, 1, 3])], 0)
    assert (np.asarray(data_buffer.empty(SYSTEM, 3, 4).deviation) > 0).all()


def test_a_single_measurement_has_a_data_axis_of_one(rng):
    new = datum(rng)
    alone = data_buffer.single(new)
    for values, own in zip(jax.tree.leaves(alone), jax.tree.leaves(new), strict=True):
        np.testing.assert_array_equal(values[:, 0], own)
        assert values.shape[:2] == (3, 1)
