"""Long loops that say how far they are."""

import logging
import time
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jaxtyping import Key

from boed.arrays import AnyArray

LOG = logging.getLogger("boed")


def in_chunks(advance: Callable, state, keys: Key[AnyArray, "replicates steps"], what: str, chunk: int = 5):
    """Run advance(state, keys[:, a:b]) → (state, info) over all steps, logging rate and time left.

    keys: (replicates, steps); every array of info has the axes (replicates, steps, …) and is joined along steps.
    """
    steps, infos, began = keys.shape[1], [], time.perf_counter()
    # equal chunks, so that one compiled function serves them all
    chunk = next(size for size in range(min(chunk, steps), 0, -1) if steps % size == 0)
    for done in range(chunk, steps + 1, chunk):
        state, info = jax.block_until_ready(advance(state, keys[:, done - chunk : done]))
        infos.append(info)
        rate = (time.perf_counter() - began) / done
        LOG.info("%s %d/%d, %.3f s a step, %.0f s left", what, done, steps, rate, rate * (steps - done))
    return state, jax.tree.map(lambda *parts: jnp.concatenate(parts, axis=1), *infos)


def in_turn(items: Sequence, what: str):
    """The items one after the other; after each, a log line with rate and time left."""
    began = time.perf_counter()
    for done, item in enumerate(items, start=1):
        yield item
        rate = (time.perf_counter() - began) / done
        LOG.info("%s %d/%d, %.2f s each, %.0f s left", what, done, len(items), rate, rate * (len(items) - done))
