"""What the jobs of one case of the source inversion share: its forward model by name, and common
random samples.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.design import nested_monte_carlo
from boed.design.nested_monte_carlo import Moments
from boed.keys import key_for
from boed.studies.sensors import sensor_utility
from boed.studies.sensors.sensor_utility import SampledGains
from boed.studies.sensors.surrogate_files import read_surrogate
from boed.systems.diffusion import forward_models, layout, placement
from boed.systems.diffusion.forward_models import SensorModel, SurrogateModel
from boed.systems.diffusion.layout import Building

# sensors a side whose readings tell how far those of any sensor may spread
COARSE = 11


class Case(NamedTuple):
    """A case: root seed, its name, settings, and the file of the surrogate if the settings name
    that model.
    """

    seed: int
    name: str
    settings: dict
    surrogate: str | Path | None

    @property
    def buildings(self) -> list[Building]:
        """The layout's buildings."""
        return buildings_of(self.settings)


def buildings_of(settings: dict) -> list[Building]:
    """The buildings of settings, whose edges stand in a list each."""
    return [Building(*edges) for edges in settings["buildings"]]


class CommonSamples(NamedTuple):
    """Places of the source and standard normal numbers for the noise."""

    sources: Float[AnyArray, "samples 2"]
    standard: Float[AnyArray, "samples sensors"]


def model_for(case: Case, sources: Float[AnyArray, "sources 2"]) -> SensorModel:
    """The forward model that the case's settings name, for these sources."""
    settings, name = case.settings, case.settings["model"]
    if name == "surrogate":
        return SurrogateModel(read_surrogate(case.surrogate, settings), sources)
    make = {"solver": forward_models.solver, "adjoint": forward_models.adjoint}[name]
    return make(case.buildings, settings, sources)


def symmetries_for(case: Case) -> Float[AnyArray, "symmetries 2 2"]:
    """Symmetries of the layout that the named model has too; the solver's time steps treat x before
    y.
    """
    if case.settings["model"] == "surrogate":
        return np.asarray(read_surrogate(case.surrogate, case.settings).symmetries)
    every = layout.symmetries(case.buildings)
    return every[every[:, 0, 1] == 0] if case.settings["model"] == "solver" else every


def common_samples(case: Case, sensors: int) -> CommonSamples:
    """As many as the settings' `samples`, the same for all of a case.

    Maps, random designs and searches of a case share them, so that their utilities compare.
    """
    samples = case.settings["samples"]
    first, second = jax.random.split(key_for(case.seed, "source_inversion", case.name))
    places = jnp.asarray(placement.draw(first, case.buildings, samples))
    return CommonSamples(places, jax.random.normal(second, (samples, sensors)))


@dataclass(frozen=True, eq=False)
class CaseUtility:
    """U and V of any design of a case from its common samples, by the model that its settings
    name.
    """

    model: SensorModel
    gains: SampledGains
    standard: Float[AnyArray, "samples sensors"]

    def __call__(self, design: Float[np.ndarray, " coordinates"]) -> Moments:
        """U and V of a design, x and y of each sensor in a row."""
        (sensors,) = sensor_utility.apart(np.asarray(design)[None])
        return self._moments(jnp.asarray(self.model(sensors)))

    @partial(jax.jit, static_argnums=0)
    def _moments(self, readings):
        return nested_monte_carlo.moments(self.gains(readings, self.standard))


def utility_of(case: Case, sensors: int) -> CaseUtility:
    """The utility of a case's designs with so many sensors."""
    sources, standard = common_samples(case, sensors)
    model, noise = model_for(case, sources), case.settings["noise"]
    coarse = np.asarray(model(placement.accessible_nodes(case.buildings, COARSE)))
    gains = SampledGains(noise, sensor_utility.modes_for(coarse, noise))
    return CaseUtility(model, gains, standard)
