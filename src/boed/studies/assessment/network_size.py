"""Studies with networks of other sizes than the papers'."""

import numpy as np
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.keys import replicate_keys
from boed.systems.plume import plume_solver
from boed.systems.plume.starting_networks import pretrained_each


def starting_weights(
    settings: dict, key: PRNGKeyArray
) -> tuple[Float[AnyArray, "replicate weight"], Float[np.ndarray, " replicate"]]:
    """Weights of a network of this size a replicate, fitted to part of the true discrepancy, and
    the misfit left, as a part of what is missing.
    """
    truth, model = (plume_solver.sharp_source(settings[name]) for name in ("truth", "model"))
    keys = replicate_keys(key, settings["replicates"])
    weights, loss, wanted = pretrained_each(
        keys, settings["network"], lambda offsets: truth(offsets) - model(offsets)
    )
    return weights, np.sqrt(np.asarray(loss)[:, -1]) / np.asarray(wanted)
