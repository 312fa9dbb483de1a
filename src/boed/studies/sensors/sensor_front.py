"""The Pareto front of expected utility against its variance, for one sensor and for two, from
adjoint solutions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import nested_monte_carlo, pareto
from boed.design.pareto import GridMoves, LocalSearch, Node
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import mean_variance, over_aversions
from boed.studies.risk.quantities import QUANTITIES, aversion_axis
from boed.studies.sensors import sensor_utility
from boed.studies.sensors.sensor_utility import GriddedGains
from boed.systems.diffusion import placement
from boed.systems.diffusion.forward_models import SensorModel
from boed.systems.diffusion.layout import Building


class Grid(NamedTuple):
    """Coordinates of the nodes along a side, and whether a sensor may stand at each."""

    axis: Float[np.ndarray, " nodes"]
    allowed: Bool[np.ndarray, "nodes nodes"]


def grid_of(settings: dict, buildings: list[Building]) -> Grid:
    """The settings' sensors, from wall to wall."""
    return Grid(*placement.sensors(buildings, settings["sensors"]))


@dataclass(frozen=True, eq=False)
class ReadingTable:
    """Readings of all places of the prior by the sensors of a grid: {indices of a node: its
    readings}.
    """

    rows: dict[Node, Float[np.ndarray, " places"]]

    def pair(self, node: Node) -> Float[np.ndarray, "2 places"]:
        """Of two sensors, x and y index of each in a row."""
        return np.stack([self.rows[tuple(node[:2])], self.rows[tuple(node[2:])]])

    @property
    def every(self) -> Float[np.ndarray, "sensors places"]:
        """Of all sensors."""
        return np.stack(list(self.rows.values()))


def reading_table(model: SensorModel, grid: Grid, batch: int) -> ReadingTable:
    """By one adjoint solution a sensor, so many sensors at a time."""
    indices = np.argwhere(grid.allowed)
    parts = np.array_split(indices, int(np.ceil(len(indices) / batch)))
    rows = np.concatenate(
        [np.asarray(model(grid.axis[part])) for part in in_turn(parts, "adjoint batch")]
    )
    nodes = (tuple(map(int, node)) for node in indices)
    return ReadingTable(dict(zip(nodes, rows, strict=True)))


@dataclass(frozen=True, eq=False)
class PairMoments:
    """U and V of two sensors from simulated outcomes of every place, the same for all pairs: truths
    and standard normal numbers of the outcomes.
    """

    table: ReadingTable
    gains: GriddedGains
    truths: Int[AnyArray, " outcomes"]
    standard: Float[AnyArray, "outcomes 2"]

    def __call__(self, node: Node) -> tuple[float, float]:
        """U and V of the sensors at these nodes, x and y index of each in a row."""
        mean, variance = self._moments(jnp.asarray(self.table.pair(node)))
        return float(mean), float(variance)

    @partial(jax.jit, static_argnums=0)
    def _moments(self, readings):
        return nested_monte_carlo.moments(self.gains(readings, self.truths, self.standard))


def pair_moments(table: ReadingTable, noise: float, draws: int, key: PRNGKeyArray) -> PairMoments:
    """Each place an outcome `draws` times; noise: its deviation."""
    every = table.every
    truths = jnp.tile(jnp.arange(every.shape[1]), draws)
    standard = jax.random.normal(key, (len(truths), 2))
    gains = GriddedGains(noise, sensor_utility.modes_for(every, noise))
    return PairMoments(table=table, gains=gains, truths=truths, standard=standard)


class Pairs(NamedTuple):
    """Places of all pairs looked at, and their U and V."""

    places: Float[np.ndarray, "pairs 2 2"]
    moments: Float[np.ndarray, "2 pairs"]


def traced(
    block: dict,
    evaluate: Callable[[Node], tuple[float, float]],
    grid: Grid,
    rng: np.random.Generator,
) -> Pairs:
    """All pairs that the search evaluates; block: random, strides, evaluations."""
    free = np.argwhere(grid.allowed)
    starts = [
        tuple(map(int, free[rng.integers(len(free), size=2)].ravel()))
        for _ in range(block["random"])
    ]
    known = pareto.search(
        evaluate,
        list(dict.fromkeys(starts)),
        GridMoves(grid.allowed),
        LocalSearch(block["strides"], block["evaluations"]),
        rng,
    )
    places = grid.axis[np.array(list(known))].reshape(-1, 2, 2)
    return Pairs(places, np.array(list(known.values())).T)


def front(
    name: str, designs: Float[np.ndarray, "designs ..."], moments, way: str
) -> dict[str, xr.Variable]:
    """The undominated designs from the largest mean on, and the utilities of all; moments: U and V,
    (2, designs).
    """
    mean, variance = moments
    kept = np.flatnonzero(pareto.undominated(mean, variance))
    kept = kept[np.argsort(-mean[kept], kind="stable")]
    flat, dim = designs.reshape(len(designs), -1), f"{name}_front"
    of_all = f"{name}_design"
    variables = {
        f"{dim}_design": ((dim, f"{name}_coordinate"), flat[kept], "length", "places on the front"),
        f"{dim}_expected_utility": (
            dim,
            mean[kept],
            "nat",
            f"expected utility on the front, {way}",
        ),
        f"{dim}_utility_variance": (
            dim,
            variance[kept],
            "nat2",
            f"variance of it on the front, {way}",
        ),
        f"{name}_expected_utility": (
            of_all,
            mean,
            "nat",
            f"expected utility of all looked at, {way}",
        ),
        f"{name}_utility_variance": (of_all, variance, "nat2", f"variance of it, {way}"),
    }
    return {key: variable(*parts) for key, parts in variables.items()}


def dataset(grid: Grid, pairs: Pairs, one_sensor: xr.Dataset) -> xr.Dataset:
    """The fronts of one sensor, from its exact map, and of two."""
    maps = [one_sensor[name].values[grid.allowed] for name in QUANTITIES]
    nodes = grid.axis[np.argwhere(grid.allowed)]
    return xr.Dataset(
        front("one_sensor", nodes, maps, "exact")
        | front("two_sensors", pairs.places, pairs.moments, "from outcomes of every place")
    )


def beside_searches(
    pairs: Pairs, search: xr.Dataset, model: SensorModel, noise: float
) -> dict[str, xr.Variable]:
    """For every aversion the best pair on the front, and what the searches' best pair falls short
    of it, both exact.
    """
    aversions = search.aversion.values
    best = over_aversions(*pairs.moments, aversions).argmax(axis=1)
    front = sensor_utility.exact_utilities(model, pairs.places[best], noise)
    searched = (search[f"exact_{name}"].values for name in QUANTITIES)
    ours, theirs = (mean_variance(*moments, aversions) for moments in (front, searched))
    return {
        "best_objective": variable(
            "aversion",
            ours,
            "nat",
            "mean − aversion × variance of the best pair on the front, exact",
        ),
        "search_objective": variable(
            "aversion", theirs, "nat", "that of the best pair of the searches, exact"
        ),
        "relative_regret": variable(
            "aversion",
            (ours - theirs) / np.abs(ours),
            "1",
            "what the searches fall short, of that; negative: better",
        ),
        "aversion": aversion_axis(aversions),
    }
