"""What the jobs of the source inversion share: the forward model by name, and a case's common
random samples.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.design import nested_monte_carlo
from boed.keys import key_for
from boed.studies.risk import sensor_utility
from boed.studies.risk.surrogate_files import read_surrogate
from boed.systems.diffusion import forward_models, layout, placement
from boed.systems.diffusion.forward_models import Model
from boed.systems.diffusion.layout import Building

# sensors a side whose readings tell how far those of any sensor may spread
COARSE = 11


def model_for(
    settings: dict,
    buildings: list[Building],
    sources: Float[AnyArray, "sources 2"],
    path: str | Path | None,
) -> Model:
    """The forward model that the settings name, for these sources; path: of the surrogate, if that
    is the one.
    """
    if settings["model"] == "surrogate":
        return forward_models.surrogate(read_surrogate(path, settings), sources)
    return {"solver": forward_models.solver, "adjoint": forward_models.adjoint}[settings["model"]](
        buildings, settings, sources
    )


def symmetries_for(
    settings: dict, buildings: list[Building], path: str | Path | None
) -> Float[AnyArray, "symmetries 2 2"]:
    """Symmetries of the layout that the named model has too; the solver's time steps treat x before
    y.
    """
    if settings["model"] == "surrogate":
        return np.asarray(read_surrogate(path, settings).symmetries)
    every = layout.symmetries(buildings)
    return every[every[:, 0, 1] == 0] if settings["model"] == "solver" else every


def common_samples(seed: int, case: str, buildings: list[Building], samples: int, sensors: int):
    """(places of the source (samples, 2), standard normal numbers (samples, sensors)), the same for
    all of a case.

    Maps, random designs and searches of a case share them, so that their utilities compare.
    """
    first, second = jax.random.split(key_for(seed, "source_inversion", case))
    return jnp.asarray(placement.draw(first, buildings, samples)), jax.random.normal(
        second, (samples, sensors)
    )


def evaluator(
    seed: int,
    case: str,
    settings: dict,
    buildings: list[Building],
    sensors: int,
    path: str | Path | None,
):
    """Design, a list of numbers → its U and V from the case's common samples, by the model that the
    settings name.
    """
    sources, standard = common_samples(seed, case, buildings, settings["samples"], sensors)
    model = model_for(settings, buildings, sources, path)
    coarse = np.asarray(model(placement.accessible_nodes(buildings, COARSE)))
    gains = sensor_utility.sampled_gains(
        settings["noise"], sensor_utility.modes_for(coarse, settings["noise"])
    )
    evaluate = jax.jit(lambda readings: nested_monte_carlo.moments(gains(readings, standard)))
    return lambda design: evaluate(
        jnp.asarray(model(sensor_utility.apart(np.asarray(design)[None])[0]))
    )
