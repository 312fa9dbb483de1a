"""Ways to iterate: the same states and gradients, and what each keeps."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.numerics.checkpointing import checkpointed, every_step, nested

WAYS = {"every_step": every_step, "checkpointed": checkpointed, "nested": nested}


def step(state, each):
    return jnp.sin(state + each) * 1.1


def by_hand(state, inputs):
    for each in inputs:
        state = np.sin(state + each) * 1.1
    return state


@pytest.mark.parametrize("count", [1, 2, 7, 12, 16])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_runs_the_steps_in_order(way, count, rng):
    inputs = rng.normal(size=(count, 3))
    np.testing.assert_allclose(
        WAYS[way](step, jnp.ones(3), jnp.asarray(inputs)), by_hand(np.ones(3), inputs)
    )


@pytest.mark.parametrize("way", ["checkpointed", "nested"])
def test_gradients_agree_with_those_that_keep_everything(way, rng):
    inputs = jnp.asarray(rng.normal(size=(12, 3)))
    gradient = {
        name: jax.grad(lambda inputs, way=WAYS[name]: jnp.sum(way(step, jnp.ones(3), inputs)))(
            inputs
        )
        for name in ("every_step", way)
    }
    np.testing.assert_allclose(gradient[way], gradient["every_step"], rtol=1e-12)


def temporary_bytes(way, count):
    """Memory that XLA plans for a gradient through steps that each make a hundred large
    intermediate arrays.
    """

    def heavy(state, each):
        for _ in range(4):
            state = jnp.tanh(state @ jnp.full((50, 50), 0.02) + each)
        return state

    def loss(scale):
        return jnp.sum(way(heavy, scale * jnp.ones((2000, 50)), jnp.zeros(count)))

    return (
        jax.jit(jax.grad(loss)).lower(jnp.ones(())).compile().memory_analysis().temp_size_in_bytes
    )


def test_memory_grows_with_the_steps_only_as_each_way_says():
    """Arrays of 0.8 MB, 64 steps of 4: all of them, one a step, one a √64 steps and those of a
    group.
    """
    size = 2000 * 50 * 8
    kept = {
        name: (temporary_bytes(way, 64) - temporary_bytes(way, 16)) / size
        for name, way in WAYS.items()
    }
    assert kept["every_step"] >= 4 * 48
    assert 48 <= kept["checkpointed"] <= 1.2 * 48
    assert kept["nested"] <= 2 * (8 + 8 - 4 - 4) + 4
