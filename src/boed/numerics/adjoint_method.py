"""Gradients by the adjoint method (active_learning Eq. 13–14, App. B), for solvers that are not
differentiable.

The adjoint state of the discrete scheme is carried backwards, λₙ = (∂uₙ₊₁/∂uₙ)ᵀ λₙ₊₁ from λ_N =
∂J/∂u_N, so that the gradients are those of the scheme itself and not of the equation that it
approximates. A solver is anything that takes a step, and pulls an adjoint state back through one:
`systems.plume.sparse_rollout.SparsePlume` for one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Float
from scipy import sparse

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

State = Float[np.ndarray, " cells"]
Weights = Float[AnyArray, " weights"]
SourceOfWeights = Callable[[Weights], Float[AnyArray, " cells"]]


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


@runtime_checkable
class States(Protocol):
    """The states of a forward solution, to be had again on the way back."""

    def __call__(self, count: int) -> State:
        """The state after so many steps."""


StatesOf = Callable[[Solver, State, float], States]


@dataclass(frozen=True, eq=False)
class Stored:
    """All states of a forward solution kept: memory for a state a step."""

    solver: Solver
    source: State
    growth: float

    def __call__(self, count: int) -> State:
        """The state after so many steps."""
        return self._states[count]

    @cached_property
    def _states(self) -> list[State]:
        states = [self.solver.initial()]
        for number in range(self.solver.steps):
            states.append(self.solver.advance(states[-1], self.source, self.growth, number))
        return states


@dataclass(frozen=True, eq=False)
class Recomputed:
    """Every state made anew from the first: memory for one state, time for N²/2 steps."""

    solver: Solver
    source: State
    growth: float

    def __call__(self, count: int) -> State:
        """The state after so many steps."""
        u = self.solver.initial()
        for number in range(count):
            u = self.solver.advance(u, self.source, self.growth, number)
        return u


def gradient(
    solver: Solver,
    source: State,
    growth: float,
    terminal: Callable[[State], State],
    states_of: StatesOf = Stored,
) -> Gradient:
    """Derivatives of J(u_N); terminal: u_N → ∂J/∂u_N; states_of: how those of earlier steps are had
    again.
    """
    states = states_of(solver, source, growth)
    final = states(solver.steps)
    adjoint, by_source, by_growth = terminal(final), np.zeros_like(source), 0.0
    for number in reversed(range(solver.steps)):
        adjoint, source_part, growth_part = solver.pull_back(
            adjoint, states(number), growth, number
        )
        by_source += source_part
        by_growth += growth_part
    return Gradient(final, by_source, by_growth)


class Data(NamedTuple):
    """Readings of the final state, (data, cells) · state, what was observed there and the noise's
    deviations.
    """

    readings: sparse.csr_matrix
    observed: Float[np.ndarray, " data"]
    deviation: Float[np.ndarray, " data"]


class Misfit(NamedTuple):
    """½ Σ ((y − g)/σ)² of what a solver predicts; source: weights → source at the cells."""

    solver: Solver
    source: SourceOfWeights
    data: Data


class MisfitGradient(NamedTuple):
    """The misfit, and its derivatives by the weights and by the growth of the velocity."""

    loss: float
    weights: Float[np.ndarray, " weights"]
    growth: float


def misfit_gradient(
    misfit: Misfit, weights: Weights, growth: float, states_of: StatesOf = Stored
) -> MisfitGradient:
    """The misfit and its gradient, by one forward and one adjoint solution, however many data and
    weights; the source's own derivative is JAX's.
    """
    data = misfit.data
    source, pull_back = jax.vjp(misfit.source, jnp.asarray(weights))

    def residuals(state: State) -> Float[np.ndarray, " data"]:
        return (data.readings @ state - data.observed) / data.deviation

    def terminal(state: State) -> State:
        return data.readings.T @ (residuals(state) / data.deviation)

    by_state = gradient(misfit.solver, np.asarray(source), growth, terminal, states_of)
    residual = residuals(by_state.state)
    by_weights = np.asarray(pull_back(jnp.asarray(by_state.source))[0])
    return MisfitGradient(0.5 * float(residual @ residual), by_weights, by_state.growth)


class Calibrated(NamedTuple):
    """Fitted weights and growth of the velocity, and the misfit before each step."""

    weights: Float[np.ndarray, " weights"]
    growth: float
    loss: Float[np.ndarray, " steps"]


def calibrated(
    misfit: Misfit, weights: Weights, growth: float, steps: int, rates: tuple[float, float]
) -> Calibrated:
    """Adam through a solver that JAX cannot see into.

    rates: learning rates of the weights and of the growth; 0 holds one of them fixed.
    """
    optimisers = [optax.adam(rate) for rate in rates]
    parameters = [jnp.asarray(weights), jnp.asarray(float(growth))]
    adam = [optimiser.init(value) for optimiser, value in zip(optimisers, parameters, strict=True)]
    losses = []
    for _ in range(steps):
        loss, *slopes = misfit_gradient(misfit, parameters[0], float(parameters[1]))
        losses.append(loss)
        for place, slope in enumerate(slopes):
            move, adam[place] = optimisers[place].update(jnp.asarray(slope), adam[place])
            parameters[place] = optax.apply_updates(parameters[place], move)
    return Calibrated(np.asarray(parameters[0]), float(parameters[1]), np.array(losses))
