"""Searches of all replicates and their record, gradients that are not finite among them."""

import jax
import jax.numpy as jnp
import numpy as np

from boed import search, store
from boed.replicated_search import search_replicates

ASCENT = search.Ascent(rate=0.02, drift=0.0, stop_after_clips=2, jump=0.05)
START = np.array([[0.5, 0.5], [0.1, 0.9], [0.3, 0.2]])


def recorded(key, broken):
    def advance(state, keys, start):
        def utility(design, key):
            value, gradient = jax.value_and_grad(lambda d: -jnp.sum((d - 0.6) ** 2))(design)
            bad = broken & jnp.all(design == start)
            return jnp.where(bad, jnp.nan, value), jnp.where(bad, jnp.nan, gradient)

        return search.ascend(state, utility, keys, search.window(start, 0.15, 0.0, 1.0), ASCENT)

    every = jax.jit(jax.vmap(advance))
    return search_replicates(lambda state, keys: every(state, keys, START), START, key, 12, ASCENT)


def test_every_step_of_every_replicate_is_recorded(key):
    record = recorded(key, broken=False)
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
