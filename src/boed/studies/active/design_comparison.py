"""What a model would learn from each of several designs of one stage, and what an indicator says of
them beforehand.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Key

from boed.arrays import AnyArray
from boed.design import projected_adam
from boed.inference.point_estimates import estimate
from boed.jobs.progress import in_turn
from boed.numerics.replicates import over_replicates
from boed.studies.active.indicator import History, form_of, histories
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.discrepancy_calibration import Calibration, CalibrationInputs
from boed.studies.hybrid.inverse_problem import Inversion
from boed.studies.hybrid.measurement import ArrayMeasurement
from boed.studies.hybrid.model_error import Assessment
from boed.systems.plume.sources import Source


class Stage(NamedTuple):
    """Where a stage stands before it learns: its moment and time, design, weights and belief before
    it.
    """

    moment: object
    time: Float[AnyArray, ""]
    design: Float[AnyArray, "replicate 2"]
    weights: Float[AnyArray, "replicate weight"]
    prior: Float[AnyArray, "replicate x y"]


class Lessons(NamedTuple):
    """Of every replicate and design: weights calibrated with its data, and the errors of the field
    with them.
    """

    weights: Float[AnyArray, "replicate design weight"]
    mean_squared: Float[AnyArray, "replicate design"]
    relative: Float[AnyArray, "replicate design"]


def proposed(
    key: Key[AnyArray, ""], design: Float[AnyArray, "replicate 2"], block: dict, domain: dict
) -> Float[AnyArray, "replicate designs 2"]:
    """Each replicate's own design, the shifted one, and random ones within reach of it, in the
    domain.

    block: the settings `designs`; domain: `experiment`.
    """
    reach, shape = block["reach"], (len(design), block["candidates"], 2)
    shift = jax.random.uniform(key, shape, minval=-reach, maxval=reach)
    beside = jnp.broadcast_to(jnp.asarray(block["shift"]), (len(design), 1, 2))
    others = jnp.concatenate([beside, shift], axis=1)
    allowed = jnp.clip(design[:, None] + others, *projected_adam.bounds(domain))
    return jnp.concatenate([design[:, None], allowed], axis=1)


def centres(study: Inversion, settings: dict, stage: Stage) -> Float[AnyArray, "replicate 2"]:
    """Where the source is held while a stage learns: estimated after its own datum."""
    data = ArrayMeasurement(study)(
        stage.moment, stage.design, jnp.zeros((len(stage.design), len(study.offsets)))
    )
    moments = jax.tree.map(
        lambda leaf: jnp.broadcast_to(leaf, (len(study.offsets), *leaf.shape)), stage.moment
    )
    belief = BeliefUpdate(study, settings)(moments, data, stage.weights, stage.prior)
    return over_replicates(estimate(settings, study.cells), shared=0)(belief["log_probability"])


def lessons(study: Inversion, settings: dict, rate: float) -> Callable[..., Lessons]:
    """(stage, designs, centres, first weights, key) → what each design alone would teach,
    noise-free data.
    """
    measure, calibrate, assess = (
        ArrayMeasurement(study),
        Calibration(study, settings),
        Assessment(study),
    )
    sensors = len(study.offsets)

    def run(stage: Stage, designs, centre, first, key) -> Lessons:
        """One calibration a replicate and design."""
        replicates, count = designs.shape[:2]

        def each(values):
            return jnp.repeat(values, count, axis=0)

        flat = designs.reshape(-1, 2)
        data = measure(stage.moment, flat, jnp.zeros((len(flat), sensors)))
        moments = jax.tree.map(
            lambda leaf: jnp.broadcast_to(leaf, (sensors, *leaf.shape)), stage.moment
        )
        keys = jnp.repeat(jax.random.split(key, replicates), count)
        inputs = CalibrationInputs(
            data=data,
            trained=data.used,
            weights=each(stage.weights),
            first=each(first),
            centre=each(centre),
            key=keys,
        )
        weights, _ = calibrate(moments, jnp.asarray(rate), inputs)
        found = assess(stage.moment, stage.time, weights, flat).field
        shape = (replicates, count)
        return Lessons(
            weights.reshape(*shape, -1),
            found.mean_squared.reshape(shape),
            found.relative.reshape(shape),
        )

    return run


def radial(
    source: Source, radii: Float[AnyArray, " radii"], directions: int
) -> Float[AnyArray, " radii"]:
    """A source at distances from its centre, averaged over evenly spaced directions."""
    angles = 2 * jnp.pi * jnp.arange(directions) / directions
    rays = jnp.stack([jnp.cos(angles), jnp.sin(angles)], axis=-1)
    return jnp.mean(source(radii[:, None, None] * rays), axis=1)


def told(
    study: Inversion, settings: dict, form: dict, stage: Stage, designs, centre, key
) -> History:
    """The indicator's history for every replicate and design; form: its variance, array and
    schedule.
    """
    noise = jnp.zeros((len(designs), 1, len(study.offsets)))
    keys = jax.random.split(key, len(designs))
    find = histories(study, settings, form_of(form), form["schedule"])
    own = list(
        zip(
            designs[:, None],
            stage.weights[:, None],
            centre[:, None],
            noise,
            keys[:, None],
            strict=True,
        )
    )
    # one call a replicate: a minute's work that says how far it is
    found = [
        jax.block_until_ready(find(stage.moment, *one))
        for one in in_turn(own, "indicator of replicate")
    ]
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), *found)


def random_pairs(
    rng: np.random.Generator, replicates: int, designs: int, count: int
) -> Int[np.ndarray, "pairs 3"]:
    """(replicate, one design, another) of so many random pairs."""
    pairs = [rng.choice(designs, 2, replace=False) for _ in range(count)]
    return np.column_stack([rng.integers(replicates, size=count), pairs])


def ranked_right(pairs: Int[np.ndarray, "pairs 3"], gains, errors) -> Float[np.ndarray, " pairs"]:
    """1 where the design of greater gain leaves the smaller error, 0 where not; (replicate, design)
    arrays.
    """
    replicate, one, other = pairs.T
    more = gains[replicate, one] > gains[replicate, other]
    less = errors[replicate, one] < errors[replicate, other]
    return (more == less).astype(float)
