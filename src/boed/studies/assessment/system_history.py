"""The true and the modelled system of one replicate, stage by stage: what maps of a study show."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.studies.assessment.model_error import System, modelled_system, true_system
from boed.studies.hybrid import data_buffer
from boed.systems.plume.plume_system import PlumeSystem


def in_the_middle(values: Float[np.ndarray, " replicate"]) -> int:
    """The replicate that stands for all: the one with as many values above its own as below."""
    return int(np.argsort(values, kind="stable")[len(values) // 2])


def true_systems(problem: PlumeSystem, times: Sequence[float]) -> System:
    """The true system at every time: leading axis stage."""
    moments = problem.flow.moments(times)
    see = jax.jit(lambda moment, time: true_system(problem, moment, time))
    systems = [
        see(data_buffer.of_slot(moments, number), jnp.asarray(time))
        for number, time in enumerate(times)
    ]
    return jax.tree.map(lambda *values: np.stack(values), *systems)


def modelled_systems(
    problem: PlumeSystem,
    times: Sequence[float],
    first: Float[AnyArray, " weight"],
    weights: Float[AnyArray, "stage weight"],
) -> System:
    """The modelled system before and after every stage's calibration: leading axes (stage, before
    or after).

    first: weights before the first stage; weights: those at every stage's end. The source is where
    the true one is.
    """
    moments = problem.flow.moments(times)
    see = jax.jit(lambda moment, time, weights: modelled_system(problem, moment, time, weights))
    before = [first, *weights[:-1]]
    systems = [
        see(data_buffer.of_slot(moments, number), jnp.asarray(time), jnp.asarray(either))
        for number, time in enumerate(times)
        for either in (before[number], weights[number])
    ]
    stacked = jax.tree.map(lambda *values: np.stack(values), *systems)
    return jax.tree.map(lambda values: values.reshape(len(times), 2, *values.shape[1:]), stacked)
