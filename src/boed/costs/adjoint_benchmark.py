"""The adjoint method through a black box beside reverse mode through the same time steps: memory,
time, agreement.
"""

import tracemalloc
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.costs import profiling
from boed.numerics import adjoint_method
from boed.numerics.adjoint_method import Data, Misfit, Recomputed, StatesOf, Stored
from boed.systems.discrepancy_network import tanh_network
from boed.systems.gaussian_source import GaussianSource
from boed.systems.plume.plume_solver import ModelledSource, WithNetwork
from boed.systems.plume.rollout import Rollout, Steps
from boed.systems.plume.sparse_rollout import SparsePlume
from boed.systems.plume.velocity import Velocity
from boed.timing import median_seconds

STATES = {"stored": Stored, "recomputed": Recomputed}
WAYS = ("reverse", *STATES)


class Case(NamedTuple):
    """A gradient of one datum's misfit by a network's weights and the growth of the flow, through a
    number of steps.
    """

    solver: SparsePlume
    source: ModelledSource
    centre: Float[np.ndarray, "2"]
    growth: float
    weights: Float[np.ndarray, " weights"]
    data: Data


class Measured(NamedTuple):
    """Seconds, bytes at the peak, and the gradient by weights and growth."""

    seconds: float
    peak_bytes: float
    gradient: Float[np.ndarray, " parameters"]


def case_of(block: dict, steps: int) -> Case:
    """The problem of the settings `benchmarks.adjoint` with so many steps."""
    domain, form, shape, datum = (block[name] for name in ("domain", "source", "network", "datum"))
    growth, rate = block["growths"]
    solver = SparsePlume(
        lower=domain["lower"],
        upper=domain["upper"],
        cells=domain["cells"],
        diffusivity=block["diffusivity"],
        time=block["time"],
        steps=steps,
        rate=rate,
    )
    network = tanh_network(shape["hidden"], shape["depth"])
    return Case(
        solver=solver,
        source=WithNetwork(GaussianSource(form["strength"], form["width"]), network),
        centre=np.asarray(form["centre"]),
        growth=growth,
        weights=np.asarray(network.initialise(jax.random.key(0), shape["first_layer_scale"])),
        data=Data(
            solver.readings(np.array([datum["place"]])),
            np.array([datum["observed"]]),
            np.array([datum["deviation"]]),
        ),
    )


def by_adjoint(case: Case, states_of: StatesOf, repeats: int) -> Measured:
    """The adjoint method with its states stored or recomputed; bytes are those that NumPy and SciPy
    allocate.
    """
    offsets = jnp.asarray(case.solver.centres() - case.centre)
    source = jax.jit(lambda weights: case.source(weights)(offsets))
    find = partial(
        adjoint_method.misfit_gradient,
        Misfit(case.solver, source, case.data),
        case.weights,
        case.growth,
        states_of,
    )
    _, by_weights, by_growth = find()
    seconds = median_seconds(find, repeats)
    tracemalloc.start()
    find()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Measured(seconds, float(peak), np.append(by_weights, by_growth))


def by_reverse_mode(case: Case, repeats: int) -> Measured:
    """Reverse mode through JAX's time stepping, with a checkpoint a step; bytes are those that XLA
    plans.
    """
    box = case.solver
    velocity = Velocity((0.0, case.growth), (0.0, box.rate))
    traced = Rollout(box.diffusivity, velocity, box.lower, box.upper, box.cells, box.step)
    times, reading = jnp.arange(box.steps) * box.step, jnp.asarray(case.data.readings.toarray())

    def loss(weights, growth):
        """The misfit, by time stepping that JAX sees into."""
        moment = Steps(growth * times, box.rate * times, jnp.full(box.steps, box.step))
        field = traced.evolve(case.source(weights), moment, jnp.asarray(case.centre))
        residual = (reading @ field.ravel() - case.data.observed) / case.data.deviation
        return 0.5 * jnp.sum(residual**2)

    spent, gradient = profiling.cost(
        jax.grad(loss, argnums=(0, 1)),
        jnp.asarray(case.weights),
        jnp.asarray(case.growth),
        repeats=repeats,
    )
    return Measured(spent.seconds, spent.planned_bytes, np.append(*map(np.asarray, gradient)))


def measured(block: dict, steps: int) -> dict[str, Measured]:
    """{way: what it costs} for one number of steps; block: the settings `benchmarks.adjoint`."""
    case, repeats = case_of(block, steps), block["repeats"]
    reverse = {"reverse": by_reverse_mode(case, repeats)}
    return reverse | {way: by_adjoint(case, how, repeats) for way, how in STATES.items()}
