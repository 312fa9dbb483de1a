"""The system that a study's settings describe."""

import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.systems.plume import assumed_flow
from boed.systems.plume.plume_system import plume_system
from boed.systems.sequential import sequential_system
from boed.systems.system import System


def system_of(settings: dict) -> System:
    """A plume, where the settings have one, or what a function describes."""
    return plume_system(settings) if "plume" in settings else sequential_system(settings)


def first_weights(
    settings: dict, weights: Float[AnyArray, "replicates weights"]
) -> Float[np.ndarray, "replicates _"]:
    """Starting weights with all that the system learns besides."""
    if "plume" not in settings:
        return np.asarray(weights)
    return assumed_flow.first_weights(settings["model"], weights)
