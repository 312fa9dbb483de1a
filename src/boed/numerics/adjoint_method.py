"""Gradients by the adjoint method (active_learning Eq. 13–14, App. B), for solvers that are not
differentiable.

The adjoint state of the discrete scheme is carried backwards, λₙ = (∂uₙ₊₁/∂uₙ)ᵀ λₙ₊₁ from λ_N =
∂J/∂u_N, so that the gradients are those of the scheme itself and not of the equation that it
approximates. A solver is anything that takes a step, and pulls an adjoint state back through one:
`black_box.SparsePlume` for one.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

State = Float[np.ndarray, " cells"]


@runtime_checkable
class Solver(Protocol):
    """What the adjoint method asks of a solver; `number` counts its steps from 0."""

    steps: int

    def initial(self) -> State:
        """The state before the first step."""

    def advance(self, u: State, source: State, growth: float, number: int) -> State:
        """The state after a step."""

    def pull_back(
        self, adjoint: State, u: State, growth: float, number: int
    ) -> tuple[State, State, float]:
        """Derivatives of adjoint·advance by the state before, by the source and by the growth of
        the velocity.
        """


class Gradient(NamedTuple):
    """Final state, and derivatives of a scalar of it by the source and by the growth of the
    velocity.
    """

    state: State
    source: State
    growth: float


States = Callable[[Solver, State, float], Callable[[int], State]]


def stored(solver: Solver, source: State, growth: float) -> Callable[[int], State]:
    """number → state after so many steps, all of them kept: memory for a state a step."""
    kept = [solver.initial()]
    for number in range(solver.steps):
        kept.append(solver.advance(kept[-1], source, growth, number))
    return kept.__getitem__


def recomputed(solver: Solver, source: State, growth: float) -> Callable[[int], State]:
    """The same, each made anew from the first: memory for one state, time for N²/2 steps."""

    def state(count):
        """The state after so many steps."""
        u = solver.initial()
        for number in range(count):
            u = solver.advance(u, source, growth, number)
        return u

    return state


def gradient(
    solver: Solver,
    source: State,
    growth: float,
    terminal: Callable[[State], State],
    states: States = stored,
) -> Gradient:
    """Derivatives of J(u_N); terminal: u_N → ∂J/∂u_N; states: how those of earlier steps are had
    again.
    """
    state = states(solver, source, growth)
    final = state(solver.steps)
    adjoint, by_source, by_growth = terminal(final), np.zeros_like(source), 0.0
    for number in reversed(range(solver.steps)):
        adjoint, own, change = solver.pull_back(adjoint, state(number), growth, number)
        by_source += own
        by_growth += change
    return Gradient(final, by_source, by_growth)


class Data(NamedTuple):
    """Readings of the final state, (data, cells) · state, what was observed there and the noise's
    deviations.
    """

    readings: object
    observed: Float[np.ndarray, " data"]
    deviation: Float[np.ndarray, " data"]


def misfit_gradient(
    solver: Solver,
    source: Callable,
    data: Data,
    weights: Float[AnyArray, " weights"],
    growth: float,
    states=stored,
):
    """(loss, its derivatives by weights and growth), loss = ½ Σ ((y − g)/σ)²; source: weights →
    source at the cells.

    One forward and one adjoint solution, however many data and weights; the source's own derivative
    is JAX's.
    """
    values, pull_back = jax.vjp(source, jnp.asarray(weights))
    loss = []

    def terminal(state):
        residual = (data.readings @ state - data.observed) / data.deviation
        loss.append(0.5 * float(residual @ residual))
        return data.readings.T @ (residual / data.deviation)

    found = gradient(solver, np.asarray(values), growth, terminal, states)
    return loss[0], np.asarray(pull_back(jnp.asarray(found.source))[0]), found.growth


def calibrated(
    solver: Solver, source: Callable, data: Data, weights, growth: float, steps: int, rates: tuple
):
    """(weights, growth, loss before each step) of Adam through a solver that JAX cannot see into.

    rates: learning rates of the weights and of the growth; 0 holds one of them fixed.
    """
    optimisers = [optax.adam(rate) for rate in rates]
    parameters = [jnp.asarray(weights), jnp.asarray(float(growth))]
    states = [own.init(value) for own, value in zip(optimisers, parameters, strict=True)]
    losses = []
    for _ in range(steps):
        loss, *slopes = misfit_gradient(solver, source, data, parameters[0], float(parameters[1]))
        losses.append(loss)
        for place, slope in enumerate(slopes):
            move, states[place] = optimisers[place].update(jnp.asarray(slope), states[place])
            parameters[place] = optax.apply_updates(parameters[place], move)
    return np.asarray(parameters[0]), float(parameters[1]), np.array(losses)
