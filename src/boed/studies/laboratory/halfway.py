"""Where a laboratory's stage stands after its physical data, read from files."""

import jax.numpy as jnp

from boed.jobs import store
from boed.studies.hybrid.belief_update import read_update
from boed.studies.hybrid.discrepancy_stage import Halfway
from boed.studies.hybrid.stage_files import read_start, read_weights
from boed.systems.system import System


def read_halfway(system: System, settings: dict, files) -> Halfway:
    """The first half of a stage; files: a job's inputs `belief`, `network`, `first`, `prior` and
    `measurement`, that of the stage's physical data.
    """
    first = jnp.asarray(read_weights(files.first, 1))
    return Halfway(
        start=read_start(files.network, files.get("prior"), files.measurement, settings, system),
        spread=jnp.zeros((1, 0, first.shape[1])),
        belief=read_update(system, store.read(files.belief)),
        first=first,
    )
