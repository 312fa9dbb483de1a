"""Bayesian optimisation of one sensor or two, for every weight of the variance, over accessible
places alone; and the geometry of what it finds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import numpy as np
import xarray as xr
from jaxtyping import Float, Int, PRNGKeyArray

from boed.design import bayesian_optimisation
from boed.design.bayesian_optimisation import DesignSpace, SearchOptions
from boed.design.estimators import Checked
from boed.design.nested_monte_carlo import Moments
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import mean_variance
from boed.studies.risk.quantities import aversion_axis
from boed.studies.sensors import sensor_utility
from boed.studies.sensors.sensor_samples import Case
from boed.studies.sensors.sensor_utility import AccessibleDesigns
from boed.systems.diffusion import forward_models
from boed.systems.diffusion.layout import Building

COORDINATES = {2: ["x", "y"], 4: ["x1", "y1", "x2", "y2"]}
DIMS = ("aversion", "replicate", "evaluation")
Best = Float[np.ndarray, "aversion coordinates"]
Utility = Callable[[Float[np.ndarray, " coordinates"]], Moments]


class Searches(NamedTuple):
    """Every evaluation of the searches of each aversion: designs, and U − λV there in nats."""

    designs: Float[np.ndarray, "aversion replicate evaluation coordinates"]
    objective: Float[np.ndarray, "aversion replicate evaluation"]

    @property
    def best(self) -> Best:
        """The best design of all searches of each aversion."""
        count, _, _, coordinates = self.designs.shape
        flat = self.objective.reshape(count, -1).argmax(axis=1)
        return self.designs.reshape(count, -1, coordinates)[np.arange(count), flat]


@dataclass(frozen=True, eq=False)
class Averse:
    """U − λV of a design, nat."""

    utility: Utility
    aversion: float

    def __call__(self, design: Float[np.ndarray, " coordinates"]):
        """The worth of a design, x and y of each sensor in a row."""
        return mean_variance(*self.utility(design), self.aversion)


def space_of(buildings: list[Building], coordinates: int) -> DesignSpace:
    """Designs in the unit square, with all sensors outside of buildings; the same sensors in
    another order are the same design.
    """
    return DesignSpace(
        lower=np.zeros(coordinates),
        upper=np.ones(coordinates),
        allowed=AccessibleDesigns(buildings),
        alike=sensor_utility.exchanged,
    )


def searches(settings: dict, utility: Utility, space: DesignSpace, key: PRNGKeyArray) -> Searches:
    """The settings' `searches`, with the same seeds for every aversion."""
    block, histories = settings["searches"], []
    options = SearchOptions(**{name: block[name] for name in SearchOptions._fields})
    for aversion in settings["aversions"]:
        objective = Checked(Averse(utility, aversion), space.lower, space.upper)
        for run in in_turn(range(block["runs"]), f"aversion {aversion:g}: search"):
            seed = int(jax.random.randint(jax.random.fold_in(key, run), (), 0, 2**31 - 1))
            histories.append(bayesian_optimisation.maximise(objective, space, options, seed))
    shape = (len(settings["aversions"]), block["runs"])
    designs, objectives = map(np.array, zip(*histories, strict=True))
    return Searches(designs.reshape(*shape, *designs.shape[1:]), objectives.reshape(*shape, -1))


def evaluations_needed(
    objective: Float[np.ndarray, "aversion replicate evaluation"],
    reference: Float[np.ndarray, " aversion"],
    near: float,
) -> Int[np.ndarray, "aversion replicate"]:
    """The first evaluation that comes this near to the reference, near: a part of it; one more than
    all where none does.
    """
    short = near * np.abs(reference)
    reached = np.maximum.accumulate(objective, axis=2) >= (reference - short)[:, None, None]
    return np.where(reached.any(axis=2), reached.argmax(axis=2) + 1, reached.shape[2] + 1)


def geometry(best: Best) -> dict[str, xr.Variable]:
    """Where the best sensors stand: (aversion, sensor), and how two of them stand to each other."""
    places = sensor_utility.apart(best)
    inside, dims = np.minimum(places, 1 - places), ("aversion", "sensor")
    across, up = (places[:, -1] - places[:, 0]).T
    sides = (places[:, 0, 0] - 0.5) * (places[:, -1, 0] - 0.5) < 0
    centre = np.linalg.norm(places - 0.5, axis=2).mean(axis=1)
    corner, straight = np.linalg.norm(inside, axis=2), np.hypot(across, up)
    variables = {
        "corner_distance": (dims, corner, "length", "from the nearest corner"),
        "wall_distance": (dims, inside.min(axis=2), "length", "from the nearest outer wall"),
        "mean_centre_distance": (
            "aversion",
            centre,
            "length",
            "from the centre, mean of the sensors",
        ),
        "distance": ("aversion", straight, "length", "of the last sensor from the first"),
        "vertical_distance": (
            "aversion",
            np.abs(up),
            "length",
            "of the last sensor from the first in y",
        ),
        "both_sides": (
            "aversion",
            sides.astype(float),
            "1",
            "1 where they stand left and right of x = 1/2",
        ),
    }
    return {name: variable(*parts) for name, parts in variables.items()}


def images_visited(
    searches: Searches, buildings: list[Building], within: float
) -> Float[np.ndarray, "aversion replicate"]:
    """How many of the images of one sensor's best place a search looks at."""
    best, counts = searches.best, np.zeros(searches.objective.shape[:2])
    for aversion, replicate in np.ndindex(*counts.shape):
        images = sensor_utility.images(buildings, best[aversion], 2 * within)
        designs = searches.designs[aversion, replicate]
        distance = np.linalg.norm(designs[:, None] - images, axis=2)
        # an evaluation counts for the image that it is nearest to
        nearest = distance.argmin(axis=1)[distance.min(axis=1) < within]
        counts[aversion, replicate] = len(set(nearest))
    return counts


def dataset(
    searches: Searches, case: Case, reference: Float[np.ndarray, " aversion"]
) -> xr.Dataset:
    """The searches, how soon they come near the reference, and the exact utilities of the best."""
    settings, buildings = case.settings, case.buildings
    designs, objective = searches
    coordinates, near = designs.shape[3], settings["searches"]["near"]
    barred = ~AccessibleDesigns(buildings)(designs.reshape(-1, coordinates))
    forbidden = barred.reshape(objective.shape).sum(axis=2)
    needed = evaluations_needed(objective, reference, near)
    worth = "mean − aversion × variance there, from samples"
    inside = "evaluations of places where no sensor may stand"
    soon = "evaluations until a search is near the reference"
    best = "best of the map, or of the random pairs"
    variables = {
        "design": ((*DIMS, "coordinate"), designs, "length", "places that a search tries"),
        "objective": (DIMS, objective, "nat", worth),
        "forbidden": (DIMS[:2], forbidden, "1", inside),
        "evaluations_needed": (DIMS[:2], needed, "1", soon),
        "reference_objective": ("aversion", reference, "nat", best),
        "replicate": ("replicate", np.arange(objective.shape[1]), "1", "search"),
        "evaluation": ("evaluation", np.arange(1, objective.shape[2] + 1), "1", "evaluation"),
        "coordinate": ("coordinate", COORDINATES[coordinates], "1", "coordinates of the sensors"),
    }
    if coordinates == 2:
        images = images_visited(searches, buildings, settings["searches"]["image"])
        alike = "places alike to the best by the layout's symmetry that a search looks at"
        variables["images_visited"] = (DIMS[:2], images, "1", alike)
    data = {name: variable(*parts) for name, parts in variables.items()}
    data |= exact_best(searches.best, settings, buildings) | geometry(searches.best)
    return xr.Dataset(data | {"aversion": aversion_axis(settings["aversions"])})


def exact_best(best: Best, settings: dict, buildings: list[Building]) -> dict[str, xr.Variable]:
    """The best designs with their U and V by adjoint solutions and quadrature."""
    places = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    adjoint = forward_models.adjoint(buildings, settings, places)
    mean, variance = sensor_utility.exact_utilities(
        adjoint, sensor_utility.apart(best), settings["noise"]
    )
    dims = ("aversion", "coordinate")
    return {
        "best_design": variable(dims, best, "length", "best of all searches"),
        "exact_expected_utility": variable(
            "aversion", mean, "nat", "its expected utility, by quadrature"
        ),
        "exact_utility_variance": variable(
            "aversion", variance, "nat2", "variance of it, by quadrature"
        ),
    }
