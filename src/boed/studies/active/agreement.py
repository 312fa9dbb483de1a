"""With much data, calibrating by noisy data is aligning the fields (active_learning App. A).

The source's strength, in which the field is linear, is calibrated from N noisy data at random
places and the study's times, with the source held at its true place, at the place that the data
themselves tell (Eq. 8 and 9 in turns), or at a wrong one. Eq. 24 with the noise's covariance known
is weighted least squares; its limit aligns the fields at the place where the source is held. A
method that has no more than the data takes the deviation of the noise at what it has measured:
data that came out low then weigh more, a bias that no number of data averages out.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, PRNGKeyArray

from boed.arrays import AnyArray, Scalar
from boed.inference.map_estimate import most_probable
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.active.strength_fit import DEVIATIONS, Values, least_squares, limit
from boed.studies.hybrid.inverse_problem import log_likelihood
from boed.systems.plume.plume_solver import Solution
from boed.systems.plume.plume_system import PlumeSystem, plume_system

Point = Float[AnyArray, "2"]
# where the source is held while its strength is calibrated; the first and the last say where
HELD = ("true", "estimated", "wrong")
PLACES = ("true", "wrong")


class Readings(NamedTuple):
    """Where data are read, and the indices of their times."""

    place: Float[AnyArray, "data 2"]
    when: Int[AnyArray, " data"]


class Data(NamedTuple):
    """True values and noisy measurements of one replicate at its readings."""

    readings: Readings
    true: Values
    observed: Values


class Record(NamedTuple):
    """Calibrated strengths, distances of estimated places from the true one, and the limits.

    aligned: strength that aligns the fields with the source at PLACES; limit: what N → ∞ leads to,
    by DEVIATIONS.
    """

    strength: Float[AnyArray, "replicate deviation held data"]
    location_error: Float[AnyArray, "replicate deviation data"]
    aligned: Float[AnyArray, " place"]
    limit: Float[AnyArray, "deviation place"]


class Plumes(NamedTuple):
    """The plumes of one source at all times of a study: solutions with a leading axis."""

    study: PlumeSystem
    solution: Solution

    def over_centres(
        self, readings: Readings, xs: Float[AnyArray, " x"], ys: Float[AnyArray, " y"]
    ) -> Float[AnyArray, "data x y"]:
        """Concentration at every reading for every source centre in xs × ys."""

        def one(reading):
            place, index = reading
            solution = jax.tree.map(lambda leaf: leaf[index], self.solution)
            return self.study.plume.over_centres(solution, place, xs, ys)

        return jax.lax.map(one, tuple(readings))

    def at_centre(self, readings: Readings, centre: Point) -> Values:
        """Concentration at every reading for one source centre."""
        return self.over_centres(readings, centre[:1], centre[1:])[:, 0, 0]


def solutions(study: PlumeSystem, times: list[float]) -> tuple[Solution, Solution]:
    """The true plume and that of the modelled source at unit strength, at each time, stacked."""
    moments = jax.tree.map(jnp.asarray, study.plume.moments(times))
    unit = jnp.ones(1)

    def both(moment):
        return study.truth(moment), study.modelled(unit, moment)

    return jax.lax.map(both, moments)


def draw(plumes: Plumes, times: int, count: int, key: PRNGKeyArray) -> Data:
    """`count` noisy data of the true plumes at places uniform over the cells' square, their times
    in turn.
    """
    first, second = jax.random.split(key)
    study = plumes.study
    lower, upper = study.cells.x[0], study.cells.x[-1]
    place = jax.random.uniform(first, (count, 2), minval=lower, maxval=upper)
    readings = Readings(place, jnp.arange(count) % times)
    true = plumes.at_centre(readings, jnp.asarray(study.true.location))
    noise = study.noise.deviation(true) * jax.random.normal(second, (count,))
    return Data(readings, true, true + noise)


@dataclass(frozen=True)
class EstimateInTurns:
    """The most probable place given the strength, the strength given it, again (Eq. 8 and 9).

    unit: the plumes of the modelled source at unit strength; settings: `belief`, for the cells,
    `model`, whose strength is the one believed at first, and `agreement`, for the number of turns.
    """

    unit: Plumes
    settings: dict

    def __call__(
        self, table: Float[AnyArray, "data x y"], data: Data, deviation: Values
    ) -> tuple[Scalar, Point]:
        """(strength, place); table: unit concentrations of all cells."""
        study, grid = self.unit.study, self.settings["belief"]

        def turn(carry, _):
            """Strength and place after one more turn: the place by the belief, the strength by all
            data.
            """
            strength, _ = carry
            of_data = jax.vmap(lambda unit, y: log_likelihood(study, strength * unit, y))
            log_belief = jnp.sum(of_data(table, data.observed), axis=0)
            place = most_probable(
                log_belief, study.cells, grid["map_window"], grid["map_refinement"]
            )
            unit = self.unit.at_centre(data.readings, place)
            return (least_squares(unit, data.observed, deviation), place), None

        first = (jnp.asarray(float(self.settings["model"]["strength"])), jnp.zeros(2))
        return jax.lax.scan(turn, first, None, length=self.settings["agreement"]["turns"])[0]


@dataclass(frozen=True)
class Calibrations:
    """Every calibration of one replicate's data."""

    study: PlumeSystem
    settings: dict

    def __call__(
        self, truth: Solution, unit: Solution, key: PRNGKeyArray
    ) -> tuple[Float[AnyArray, "deviation held data"], Float[AnyArray, "deviation data"]]:
        """(strengths, distances of the estimated places from the true one), by DEVIATIONS, HELD and
        number of data; truth, unit: `solutions`.
        """
        study, block = self.study, self.settings["agreement"]
        location, counts = jnp.asarray(self.settings["truth"]["location"]), block["data"]
        plumes = Plumes(study, unit)
        data = draw(Plumes(study, truth), len(self.settings["times"]), counts[-1], key)
        table = plumes.over_centres(data.readings, study.cells.x, study.cells.y)
        places = dict(zip(PLACES, (location, jnp.asarray(block["wrong"])), strict=True))
        held = {name: plumes.at_centre(data.readings, at) for name, at in places.items()}
        noise, estimate = study.noise, EstimateInTurns(plumes, self.settings)
        known = {"known": noise.deviation(data.true), "measured": noise.deviation(data.observed)}

        def of_first(count, deviation):
            """Strengths in the order of HELD and the place's error, from the first so many data."""
            some, spread = jax.tree.map(lambda leaf: leaf[:count], data), deviation[:count]
            fixed = {n: least_squares(u[:count], some.observed, spread) for n, u in held.items()}
            strength, place = estimate(table[:count], some, spread)
            strengths = jnp.stack([(fixed | {"estimated": strength})[name] for name in HELD])
            return strengths, jnp.linalg.norm(place - location)

        results = [[of_first(count, known[name]) for count in counts] for name in DEVIATIONS]
        strengths = jnp.stack([jnp.stack([s for s, _ in row], axis=1) for row in results])
        return strengths, jnp.stack([jnp.stack([d for _, d in row]) for row in results])


def limits(
    study: PlumeSystem, settings: dict, truth: Solution, unit: Solution
) -> tuple[Float[AnyArray, " place"], Float[AnyArray, "deviation place"]]:
    """(aligned, limit) of the record, by a midpoint rule over square and times."""
    block, count = settings["agreement"], len(settings["times"])
    lower, upper = study.cells.x[0], study.cells.x[-1]
    axis = lower + (upper - lower) * (np.arange(block["nodes"]) + 0.5) / block["nodes"]
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    when = jnp.repeat(jnp.arange(count), len(grid))
    everywhere = Readings(jnp.tile(jnp.asarray(grid), (count, 1)), when)
    location, noise = jnp.asarray(settings["truth"]["location"]), study.noise
    true = Plumes(study, truth).at_centre(everywhere, location)
    places = (location, jnp.asarray(block["wrong"]))
    units = [Plumes(study, unit).at_centre(everywhere, place) for place in places]
    aligned = jnp.stack([least_squares(unit, true, noise.deviation(true)) for unit in units])
    tends = [[limit(unit, true, noise, name) for unit in units] for name in DEVIATIONS]
    return aligned, jnp.stack([jnp.stack(row) for row in tends])


def distance_to(
    strength: Float[AnyArray, "replicate deviation held data"], aligned: Float[AnyArray, " place"]
) -> Float[np.ndarray, "replicate deviation held data"]:
    """Distance of calibrated strengths from the one that aligns the fields; `estimated`
    as `true`.
    """
    by_place = dict(zip(PLACES, np.asarray(aligned), strict=True))
    aims = np.array([by_place.get(held, by_place["true"]) for held in HELD])
    return np.abs(np.asarray(strength) - aims[:, None])


def slopes(
    distance: Float[AnyArray, "replicate deviation held data"], counts: list[int]
) -> Float[np.ndarray, "deviation held"]:
    """Slope of the log root mean square in the log number of data: −½ where noise averages out."""
    root_mean_square = np.sqrt(np.mean(np.asarray(distance) ** 2, axis=0))
    flat = np.log(root_mean_square.reshape(-1, len(counts))).T
    return np.polyfit(np.log(counts), flat, 1)[0].reshape(root_mean_square.shape[:2])


def run(settings: dict, seed: int, study_name: str) -> Record:
    """Every replicate's calibrations, and their limits; data are noisy even if the
    study's are not.
    """
    study = plume_system(settings)
    truth, unit = jax.jit(lambda: solutions(study, settings["times"]))()
    root = key_for(seed, "calibrate_by_many_data", study_name)
    keys = replicate_keys(root, settings["replicates"])
    calibrate = over_replicates(Calibrations(study, settings), shared=2)
    strength, distance = calibrate(truth, unit, keys)
    tend = jax.jit(lambda truth, unit: limits(study, settings, truth, unit))
    aligned, limit_ = tend(truth, unit)
    return Record(
        strength=np.asarray(strength),
        location_error=np.asarray(distance),
        aligned=np.asarray(aligned),
        limit=np.asarray(limit_),
    )
