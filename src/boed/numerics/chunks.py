"""A compiled loop over steps in chunks, between which it says how far it is."""

import logging
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Key, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Advance = Callable[[PyTree, Key[AnyArray, "replicates some"]], tuple[PyTree, PyTree]]
LOG = logging.getLogger("boed")


def in_chunks(
    advance: Advance,
    state: PyTree,
    keys: Key[AnyArray, "replicates steps"],
    what: str,
    chunk: int = 5,
) -> tuple[PyTree, PyTree]:
    """Run advance(state, keys[:, a:b]) → (state, info) over all steps, logging rate and time left.

    keys: (replicates, steps); every array of info has the axes (replicates, steps, …) and is joined
    along steps.
    """
    steps, infos, began = keys.shape[1], [], time.perf_counter()
    # equal chunks, so that one compiled function serves them all
    chunk = next(size for size in range(min(chunk, steps), 0, -1) if steps % size == 0)
    for done in range(chunk, steps + 1, chunk):
        state, info = jax.block_until_ready(advance(state, keys[:, done - chunk : done]))
        infos.append(info)
        rate = (time.perf_counter() - began) / done
        LOG.info(
            "%s %d/%d, %.3f s a step, %.0f s left", what, done, steps, rate, rate * (steps - done)
        )
    return state, jax.tree.map(lambda *parts: jnp.concatenate(parts, axis=1), *infos)
