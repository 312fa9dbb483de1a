"""With much data, calibrating by noisy data is aligning the fields (active_learning App. A).

The source's strength, in which the field is linear, is calibrated from N noisy data at random
places and the study's times, with the source held at its true place, at the place that the data
themselves tell (Eq. 8 and 9 in turns), or at a wrong one. Eq. 24 with the noise's covariance known
is weighted least squares; its limit aligns the fields at the place where the source is held. A
method that has no more than the data takes the deviation of the noise at what it has measured:
data that came out low then weigh more, a bias that no number of data averages out.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray, Scalar
from boed.inference.map_estimate import most_probable
from boed.inference.noise import Noise
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Inversion, log_likelihood
from boed.systems.plume.plume_solver import Solution

Field = Float[AnyArray, " data"]
HELD = ("true", "estimated", "wrong")
PLACES = ("true", "wrong")
DEVIATIONS = ("known", "measured")
# nodes of the Gauss–Hermite rule over the noise of one datum
HERMITE = 60


class Data(NamedTuple):
    """Places, indices of their times, true values and noisy measurements of one replicate."""

    place: Float[AnyArray, "data 2"]
    when: Int[AnyArray, " data"]
    true: Field
    observed: Field


class Record(NamedTuple):
    """Calibrated strengths, distances of estimated places from the true one, and the limits.

    aligned: strength that aligns the fields with the source at PLACES; limit: what N → ∞ leads to,
    by DEVIATIONS.
    """

    strength: Float[AnyArray, "replicate deviation held data"]
    location_error: Float[AnyArray, "replicate deviation data"]
    aligned: Float[AnyArray, " place"]
    limit: Float[AnyArray, "deviation place"]


def least_squares(unit: Field, observed: Field, deviation: Field) -> Scalar:
    """The strength s that maximises Π N(observed; s·unit, deviation²): Eq. 24 in closed form."""
    weights = unit / deviation**2
    return jnp.sum(weights * observed) / jnp.sum(weights * unit)


def limit(unit: Field, true: Field, noise: Noise, deviation: str) -> Scalar:
    """What `least_squares` tends to with the number of data.

    unit, true: fields on a rule of equal weights. The expectation over each datum's noise by
    Gauss–Hermite quadrature: of w·y and of w, w = 1/deviation².
    """
    if deviation == "known":
        return least_squares(unit, true, noise.deviation(true))
    nodes, weights = np.polynomial.hermite_e.hermegauss(HERMITE)
    observed = true[:, None] + noise.deviation(true)[:, None] * nodes
    precision = noise.deviation(observed) ** -2 * (weights / weights.sum())
    first, second = jnp.sum(precision * observed, axis=1), jnp.sum(precision, axis=1)
    return jnp.sum(unit * first) / jnp.sum(unit**2 * second)


def solutions(study: Inversion, times: list[float]) -> tuple[Solution, Solution]:
    """The true plume and that of the modelled source at unit strength, at each time, stacked."""
    moments = jax.tree.map(jnp.asarray, study.plume.moments(times))
    unit = jnp.ones(1)

    def both(moment):
        return inverse_problem.true_plume(study, moment), inverse_problem.modelled_plume(
            study, unit, moment
        )

    return jax.lax.map(both, moments)


def values(
    study: Inversion,
    each: Solution,
    data_places: Float[AnyArray, "data 2"],
    when: Int[AnyArray, " data"],
    xs,
    ys,
) -> Float[AnyArray, "data x y"]:
    """Concentration at every datum's place and time for every source centre in xs × ys."""

    def one(datum):
        place, index = datum
        solution = jax.tree.map(lambda leaf: leaf[index], each)
        return study.plume.over_centres(solution, place, xs, ys)

    return jax.lax.map(one, (data_places, when))


def at_centre(study: Inversion, each: Solution, data: Data, centre: Float[AnyArray, "2"]) -> Field:
    """Concentration at every datum for one source centre."""
    return values(study, each, data.place, data.when, centre[:1], centre[1:])[:, 0, 0]


def draw(study: Inversion, truth: Solution, times: int, count: int, key) -> Data:
    """`count` noisy data at places uniform over the cells' square, their times in turn."""
    first, second = jax.random.split(key)
    lower, upper = study.cells.x[0], study.cells.x[-1]
    place = jax.random.uniform(first, (count, 2), minval=lower, maxval=upper)
    when, centre = jnp.arange(count) % times, jnp.asarray(study.truth.location)
    true = values(study, truth, place, when, centre[:1], centre[1:])[:, 0, 0]
    noise = study.noise.deviation(true) * jax.random.normal(second, (count,))
    return Data(place, when, true, true + noise)


def in_turns(
    study: Inversion,
    settings: dict,
    each: Solution,
    table: Float[AnyArray, "data x y"],
    data: Data,
    deviation: Field,
) -> tuple[Scalar, Float[AnyArray, "2"]]:
    """(strength, place): the most probable place given the strength, the strength given it, again.

    table: unit concentrations of all cells; the model's strength is the one believed at first.
    """
    cells, grid = study.cells, settings["belief"]

    def turn(carry, _):
        """Strength and place after one more turn: the place by the belief, the strength by all
        data.
        """
        strength, _ = carry
        each_datum = jax.vmap(lambda unit, y: log_likelihood(study, strength * unit, y))
        log_belief = jnp.sum(each_datum(table, data.observed), axis=0)
        place = most_probable(log_belief, cells, grid["map_window"], grid["map_refinement"])
        strength = least_squares(at_centre(study, each, data, place), data.observed, deviation)
        return (strength, place), None

    first = (jnp.asarray(float(settings["model"]["strength"])), jnp.zeros(2))
    return jax.lax.scan(turn, first, None, length=settings["agreement"]["turns"])[0]


def calibrations(study: Inversion, settings: dict) -> Callable:
    """(truth, unit solutions, keys) → (strengths (deviation, held, number of data), distances)."""
    block, location = settings["agreement"], jnp.asarray(settings["truth"]["location"])
    counts, places = block["data"], {"true": location, "wrong": jnp.asarray(block["wrong"])}

    def one(truth, each, key):
        """Every calibration of one replicate's data."""
        data = draw(study, truth, len(settings["times"]), counts[-1], key)
        table = values(study, each, data.place, data.when, study.cells.x, study.cells.y)
        held = {name: at_centre(study, each, data, place) for name, place in places.items()}
        noise = study.noise
        known = {"known": noise.deviation(data.true), "measured": noise.deviation(data.observed)}

        def of_first(count, deviation):
            """Strengths in the order of HELD and the place's error, from the first so many data."""
            some, own = jax.tree.map(lambda leaf: leaf[:count], data), deviation[:count]
            fixed = {n: least_squares(unit[:count], some.observed, own) for n, unit in held.items()}
            found, place = in_turns(study, settings, each, table[:count], some, own)
            strengths = jnp.stack([(fixed | {"estimated": found})[name] for name in HELD])
            return strengths, jnp.linalg.norm(place - location)

        found = [[of_first(count, known[name]) for count in counts] for name in DEVIATIONS]
        strengths = jnp.stack([jnp.stack([s for s, _ in row], axis=1) for row in found])
        return strengths, jnp.stack([jnp.stack([d for _, d in row]) for row in found])

    return over_replicates(one, shared=2)


def limits(study: Inversion, settings: dict, truth: Solution, each: Solution) -> tuple:
    """(aligned (place,), limit (deviation, place)), by a midpoint rule over square and times."""
    nodes, block = settings["agreement"]["nodes"], settings["agreement"]
    lower, upper = study.cells.x[0], study.cells.x[-1]
    axis = lower + (upper - lower) * (np.arange(nodes) + 0.5) / nodes
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    count = len(settings["times"])
    when = jnp.repeat(jnp.arange(count), len(grid))
    everywhere = Data(jnp.tile(jnp.asarray(grid), (count, 1)), when, None, None)
    location, noise = jnp.asarray(settings["truth"]["location"]), study.noise
    true = at_centre(study, truth, everywhere, location)
    places = (location, jnp.asarray(block["wrong"]))
    units = [at_centre(study, each, everywhere, place) for place in places]
    aligned = jnp.stack([least_squares(unit, true, noise.deviation(true)) for unit in units])
    tends = [[limit(unit, true, noise, name) for unit in units] for name in DEVIATIONS]
    return aligned, jnp.stack([jnp.stack(row) for row in tends])


def distance_to(strength, aligned) -> Float[np.ndarray, "replicate deviation held data"]:
    """Distance of calibrated strengths from the one that aligns the fields; `estimated`
    as `true`.
    """
    by_place = dict(zip(PLACES, np.asarray(aligned), strict=True))
    own = np.array([by_place.get(held, by_place["true"]) for held in HELD])
    return np.abs(np.asarray(strength) - own[:, None])


def slopes(distance, counts: list[int]) -> Float[np.ndarray, "deviation held"]:
    """Slope of the log root mean square in the log number of data: −½ where noise averages out."""
    root_mean_square = np.sqrt(np.mean(np.asarray(distance) ** 2, axis=0))
    flat = np.log(root_mean_square.reshape(-1, len(counts))).T
    return np.polyfit(np.log(counts), flat, 1)[0].reshape(root_mean_square.shape[:2])


def run(settings: dict, seed: int, study_name: str) -> Record:
    """Every replicate's calibrations, and their limits; data are noisy even if the
    study's are not.
    """
    study = inverse_problem.setup(settings)
    truth, each = jax.jit(lambda: solutions(study, settings["times"]))()
    root = key_for(seed, "calibrate_by_many_data", study_name)
    keys = replicate_keys(root, settings["replicates"])
    strength, distance = calibrations(study, settings)(truth, each, keys)
    aligned, limit_ = jax.jit(lambda truth, each: limits(study, settings, truth, each))(truth, each)
    return Record(*(np.asarray(v) for v in (strength, distance, aligned, limit_)))
