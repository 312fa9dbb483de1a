"""Utilities of random pairs of sensors, and the best of them for every weight of the variance."""

import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk.quantities import aversion_axis
from boed.systems.diffusion import placement
from boed.systems.diffusion.layout import Building

COORDINATES = ["x1", "y1", "x2", "y2"]


def random_pairs(
    key: PRNGKeyArray, buildings: list[Building], count: int
) -> Float[np.ndarray, "pairs 4"]:
    """So many pairs of accessible places, uniform."""
    return placement.draw(key, buildings, 2 * count).reshape(count, 4)


def dataset(
    pairs: Float[np.ndarray, "pairs 4"], moments: Float[np.ndarray, "2 pairs"], aversions: list
) -> xr.Dataset:
    """Pairs with their U and V, and the best for every aversion."""
    mean, variance = moments
    objective = over_aversions(mean, variance, aversions)
    best, dims = objective.argmax(axis=1), ("random", "coordinate")
    largest = "mean − aversion × variance of it"
    variables = {
        "pair": (dims, pairs, "length", "places of a random pair of sensors"),
        "expected_utility": ("random", mean, "nat", "expected utility"),
        "utility_variance": ("random", variance, "nat2", "variance of the utility"),
        "best_pair": (
            ("aversion", "coordinate"),
            pairs[best],
            "length",
            "best of the random pairs",
        ),
        "best_expected_utility": ("aversion", mean[best], "nat", "its expected utility"),
        "best_utility_variance": ("aversion", variance[best], "nat2", "variance of it"),
        "reference_objective": ("aversion", objective.max(axis=1), "nat", largest),
        "coordinate": ("coordinate", COORDINATES, "1", "x and y of both sensors"),
    }
    data = {name: variable(*parts) for name, parts in variables.items()}
    return xr.Dataset(data | {"aversion": aversion_axis(aversions)})
