"""One design search a replicate, all in one compiled call."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import jax
from jaxtyping import Float, Key, PRNGKeyArray, PyTree

from boed.arrays import AnyArray
from boed.design import projected_adam
from boed.design.projected_adam import Ascent, Design, Problem, SearchInfo, SearchState
from boed.keys import step_keys
from boed.numerics.chunks import in_chunks

Arguments = PyTree[AnyArray]
Moment = PyTree[AnyArray]


@runtime_checkable
class ReplicateProblem(Protocol):
    """What one replicate's search maximises."""

    def __call__(self, moment: Moment, start: Design, arguments: Arguments) -> Problem:
        """The problem; start: where the search stands, arguments: what the replicate alone has."""


@dataclass(frozen=True, eq=False)
class ReplicatedSearch:
    """A compiled search of all replicates, which begins at the best of a grid × grid scan and its
    start.
    """

    problem: ReplicateProblem
    ascent: Ascent
    grid: int

    def __call__(
        self,
        moment: Moment,
        starts: Float[AnyArray, "replicates coordinates"],
        arguments: Arguments,
        key: PRNGKeyArray,
        steps: int,
    ) -> tuple[SearchState, SearchInfo]:
        """Begin every replicate at its best start and ascend, saying how far it is.

        moment: shared by all; arguments: arrays with a leading replicate axis. Info has the axes
        (replicates, steps, …).
        """
        keys = step_keys(key, len(starts), steps + 1)
        state = self._begin_all(moment, arguments, starts, keys[:, 0])
        return in_chunks(
            lambda state, keys: self._advance_all(moment, arguments, starts, state, keys),
            state,
            keys[:, 1:],
            "design update",
        )

    @cached_property
    def _begin_all(self):
        return jax.jit(
            lambda moment, *mapped: jax.lax.map(lambda one: self._begin(moment, *one), mapped)
        )

    @cached_property
    def _advance_all(self):
        return jax.jit(
            lambda moment, *mapped: jax.lax.map(lambda one: self._advance(moment, *one), mapped)
        )

    def _begin(self, moment, arguments, start, key: PRNGKeyArray) -> SearchState:
        problem = self.problem(moment, start, arguments)
        best = projected_adam.best_start(problem, start, key, self.grid)
        return projected_adam.init(best, self.ascent)

    def _advance(self, moment, arguments, start, state, keys: Key[AnyArray, " steps"]):
        problem = self.problem(moment, start, arguments)
        return projected_adam.ascend(state, problem, keys, self.ascent)
