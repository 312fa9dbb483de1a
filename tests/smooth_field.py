"""A known function of source and sensor, in place of solutions, for tests of the surrogate."""

import numpy as np

from boed.systems.diffusion.surrogate import Readings


def smooth(sources, sensors):
    """A symmetric function of both places, as a field is."""
    distance = np.sum((sources[:, None] - sensors[None]) ** 2, axis=2)
    return 3.0 + np.exp(-3 * distance)


def drawn(seed, sources=400, sensors=200):
    rng = np.random.default_rng(seed)
    places = rng.uniform(size=(sources, 2)), rng.uniform(size=(sensors, 2))
    return Readings(*places, smooth(*places))
