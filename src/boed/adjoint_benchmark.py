"""The adjoint method through a black box beside reverse mode through the same time steps: memory, time, agreement."""

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import boed.runtime  # noqa: F401
from boed import adjoint_method, measuring
from boed.adjoint_method import Data
from boed.black_box import SparsePlume
from boed.network import tanh_network
from boed.rollout import Rollout, Steps
from boed.sources import Gaussian, Source
from boed.velocity import Velocity

WAYS = ("reverse", "stored", "recomputed")
# one problem for all sizes: the papers' domain, source and velocities, read at one point
WALLS, TIME, CENTRE, POINT, RATE, GROWTH = (-2.0, 3.0), 0.05, (0.25, 0.25), (0.31, 0.38), 50.0, 30.0


class Case(NamedTuple):
    """A gradient of one datum's misfit by 37 weights and the growth of the flow, through a number of steps."""

    solver: SparsePlume
    network: object
    weights: np.ndarray
    data: Data


class Measured(NamedTuple):
    """Seconds, bytes at the peak, and the gradient."""

    seconds: float
    peak_bytes: float
    gradient: np.ndarray


def case(cells: int, steps: int) -> Case:
    """The problem on cells × cells and so many steps."""
    solver, network = SparsePlume(*WALLS, cells, 1.0, TIME, steps, RATE), tanh_network(4, 2)
    data = Data(solver.readings(np.array([POINT])), np.array([0.4]), np.array([0.07]))
    return Case(solver, network, np.asarray(network.initialise(jax.random.key(0), 5.0)), data)


def source_of(own: Case) -> Callable:
    """Weights → source at the cells."""
    offsets = jnp.asarray(own.solver.centres()) - jnp.array(CENTRE)
    return jax.jit(lambda weights: Gaussian(2.0, 0.1)(offsets) + own.network.apply(weights, offsets))


def by_adjoint(own: Case, states, repeats: int) -> Measured:
    """The adjoint method with its states stored or recomputed; bytes are those that NumPy and SciPy allocate."""
    source = source_of(own)
    find = partial(adjoint_method.misfit_gradient, own.solver, source, own.data, own.weights, GROWTH, states)
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
    """Reverse mode through JAX's time stepping, with a checkpoint a step; bytes are those that XLA plans."""
    box = own.solver
    traced = Rollout(1.0, Velocity((0.0, GROWTH), (0.0, RATE)), *WALLS, box.cells, box.step)
    times, reading = jnp.arange(box.steps) * box.step, jnp.asarray(own.data.readings.toarray())

    def loss(weights, growth):
        moment = Steps(growth * times, RATE * times, jnp.full(box.steps, box.step))
        source = Source(Gaussian(2.0, 0.1), smooth=partial(own.network.apply, weights))
        predicted = reading @ traced.evolve(source, moment, jnp.array(CENTRE)).ravel()
        return 0.5 * jnp.sum(((predicted - own.data.observed) / own.data.deviation) ** 2)

    found, gradient = measuring.cost(
        jax.grad(loss, argnums=(0, 1)), jnp.asarray(own.weights), jnp.asarray(GROWTH), repeats=repeats
    )
    return Measured(found.seconds, found.planned_bytes, np.append(*map(np.asarray, gradient)))


def measured(cells: int, steps: int, repeats: int) -> dict[str, Measured]:
    """{way: what it costs} for one number of steps."""
    own = case(cells, steps)
    return {
        "reverse": by_reverse_mode(own, repeats),
        "stored": by_adjoint(own, adjoint_method.stored, repeats),
        "recomputed": by_adjoint(own, adjoint_method.recomputed, repeats),
    }
