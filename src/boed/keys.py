"""Random keys that a change elsewhere in the study does not shift."""

from functools import partial
from hashlib import sha256

import jax
import jax.numpy as jnp
from jaxtyping import Key, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray


def key_for(seed: int, *labels: str | int) -> PRNGKeyArray:
    """The key of one job: root seed and a hash of its labels (purpose, study, stage).

    Adding a stage, a purpose or a study changes no other key; variants of a study share theirs, so
    that they are compared on the same random numbers. Purposes are fixed words, some of them names
    of rules that are gone: another word would be another stream, and other numbers everywhere.
    """
    digest = sha256("/".join(map(str, labels)).encode()).digest()
    return _folded(seed, int.from_bytes(digest[:4], "big"))


# compiled as one piece each: a job's start-up would otherwise compile every small operation on its
# own
@jax.jit
def _folded(seed, number):
    return jax.random.fold_in(jax.random.key(seed), number)


@partial(jax.jit, static_argnums=1)
def replicate_keys(key: PRNGKeyArray, replicates: int) -> Key[AnyArray, " replicates"]:
    """One key a replicate, (replicates,); the first ones do not depend on how many follow."""
    return jax.vmap(jax.random.fold_in, (None, 0))(key, jnp.arange(replicates))


@partial(jax.jit, static_argnums=(1, 2))
def step_keys(key: PRNGKeyArray, replicates: int, steps: int) -> Key[AnyArray, "replicates steps"]:
    """One key a replicate and step, (replicates, steps)."""
    return jax.vmap(lambda key: jax.random.split(key, steps))(replicate_keys(key, replicates))
