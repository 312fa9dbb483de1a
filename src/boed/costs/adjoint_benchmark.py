"""The adjoint method through a black box beside reverse mode through the same time steps: memory,
time, agreement.
"""

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import boed.runtime  # noqa: F401
from boed.costs import profiling
from boed.numerics import adjoint_method
from boed.numerics.adjoint_method import Data
from boed.systems.plume.discrepancy_network import tanh_network
from boed.systems.plume.rollout import Rollout, Steps
from boed.systems.plume.sources import Gaussian, Source
from boed.systems.plume.sparse_rollout import SparsePlume
from boed.systems.plume.velocity import Velocity

WAYS = ("reverse", "stored", "recomputed")


class Case(NamedTuple):
    """A gradient of one datum's misfit by a network's weights and the growth of the flow, through a
    number of steps.

    source: weights → source, as a function of the offset from its centre.
    """

    solver: SparsePlume
    source: Callable
    centre: np.ndarray
    growth: float
    weights: np.ndarray
    data: Data


class Measured(NamedTuple):
    """Seconds, bytes at the peak, and the gradient."""

    seconds: float
    peak_bytes: float
    gradient: np.ndarray


def case(block: dict, steps: int) -> Case:
    """The problem of the settings `benchmarks.adjoint` with so many steps."""
    domain, form, shape, datum = (block[name] for name in ("domain", "source", "network", "datum"))
    growth, rate = block["growths"]
    solver = SparsePlume(
        domain["lower"],
        domain["upper"],
        domain["cells"],
        block["diffusivity"],
        block["time"],
        steps,
        rate,
    )
    network, sharp = (
        tanh_network(shape["hidden"], shape["depth"]),
        Gaussian(form["strength"], form["width"]),
    )
    return Case(
        solver,
        lambda weights: Source(sharp, smooth=partial(network.apply, weights)),
        np.asarray(form["centre"]),
        growth,
        np.asarray(network.initialise(jax.random.key(0), shape["first_layer_scale"])),
        Data(
            solver.readings(np.array([datum["place"]])),
            np.array([datum["observed"]]),
            np.array([datum["deviation"]]),
        ),
    )


def by_adjoint(own: Case, states, repeats: int) -> Measured:
    """The adjoint method with its states stored or recomputed; bytes are those that NumPy and SciPy
    allocate.
    """
    offsets = jnp.asarray(own.solver.centres() - own.centre)
    source = jax.jit(lambda weights: own.source(weights)(offsets))
    find = partial(
        adjoint_method.misfit_gradient,
        own.solver,
        source,
        own.data,
        own.weights,
        own.growth,
        states,
    )
    _, by_weights, by_growth = find()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        find()
        seconds.append(time.perf_counter() - began)
    tracemalloc.start()
    find()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Measured(float(np.median(seconds)), float(peak), np.append(by_weights, by_growth))


def by_reverse_mode(own: Case, repeats: int) -> Measured:
    """Reverse mode through JAX's time stepping, with a checkpoint a step; bytes are those that XLA
    plans.
    """
    box = own.solver
    velocity = Velocity((0.0, own.growth), (0.0, box.rate))
    traced = Rollout(box.diffusivity, velocity, box.lower, box.upper, box.cells, box.step)
    times, reading = jnp.arange(box.steps) * box.step, jnp.asarray(own.data.readings.toarray())

    def loss(weights, growth):
        """The misfit, by time stepping that JAX sees into."""
        moment = Steps(growth * times, box.rate * times, jnp.full(box.steps, box.step))
        predicted = (
            reading @ traced.evolve(own.source(weights), moment, jnp.asarray(own.centre)).ravel()
        )
        return 0.5 * jnp.sum(((predicted - own.data.observed) / own.data.deviation) ** 2)

    found, gradient = profiling.cost(
        jax.grad(loss, argnums=(0, 1)),
        jnp.asarray(own.weights),
        jnp.asarray(own.growth),
        repeats=repeats,
    )
    return Measured(found.seconds, found.planned_bytes, np.append(*map(np.asarray, gradient)))


def measured(block: dict, steps: int) -> dict[str, Measured]:
    """{way: what it costs} for one number of steps; block: the settings `benchmarks.adjoint`."""
    own, repeats = case(block, steps), block["repeats"]
    states = {"stored": adjoint_method.stored, "recomputed": adjoint_method.recomputed}
    return {"reverse": by_reverse_mode(own, repeats)} | {
        way: by_adjoint(own, how, repeats) for way, how in states.items()
    }
