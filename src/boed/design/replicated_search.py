"""One design search a replicate, all in one compiled call."""

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import jax
import numpy as np
from jaxtyping import Float, Key, PRNGKeyArray, PyTree

from boed.arrays import AnyArray
from boed.design import projected_adam
from boed.design.projected_adam import Ascent, Design, Problem, SearchInfo, SearchState
from boed.keys import step_keys
from boed.numerics.chunks import in_chunks

LOG = logging.getLogger("boed")

Arguments = PyTree[AnyArray]
Moment = PyTree[AnyArray]


def refuse_forbidden(state: SearchState, starts: Float[AnyArray, "replicates coordinates"]) -> None:
    """Raises ValueError where a replicate's search has no allowed design to begin at."""
    nowhere = np.flatnonzero(np.isnan(np.asarray(state.design)).any(axis=1))
    if nowhere.size:
        first = ", ".join(f"{place:g}" for place in np.asarray(starts)[nowhere[0]])
        raise ValueError(
            f"no design that is allowed and has a finite utility was found to begin a search at in "
            f"{nowhere.size} of {len(starts)} replicates, the first of them replicate "
            f"{nowhere[0]}, about ({first}): look at the boxes that are forbidden, or let the "
            "search begin elsewhere, move further or scan a finer grid"
        )


def refuse_without_utility(info: SearchInfo) -> None:
    """Raises ValueError where a replicate's search, along the axes (replicates, steps), has met no
    finite utility: chance alone would have moved its design.
    """
    # a search that has stopped evaluates nothing
    met = np.isfinite(np.asarray(info.utility)) & np.asarray(info.active)
    nowhere = np.flatnonzero(~met.any(axis=1))
    if nowhere.size:
        first = ", ".join(f"{place:g}" for place in np.asarray(info.design)[nowhere[0], 0])
        raise ValueError(
            f"no design that the search tried has a finite utility in {nowhere.size} of "
            f"{len(info.utility)} replicates, the first of them replicate {nowhere[0]}, begun at "
            f"({first}): the model gives NaN or infinity there for all members or cells; look for "
            "parameters and designs where it does, or restrict the designs to where it does not"
        )


def report_left_out(info: SearchInfo) -> None:
    """Log a warning where utilities rest on fewer members than the ensembles have, with how many
    are left out and where first; axes as above.
    """
    left_out = np.asarray(info.left_out)
    if not left_out.any():
        return
    replicate, step = np.argwhere(left_out)[0]
    place = ", ".join(f"{value:g}" for value in np.asarray(info.design)[replicate, step])
    LOG.warning(
        "in %d of %d steps some members of the ensemble give no finite prediction and are left "
        "out, up to %d: first in step %d of replicate %d at (%s)",
        np.count_nonzero(left_out),
        left_out.size,
        left_out.max(),
        step,
        replicate,
        place,
    )


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
        refuse_forbidden(state, starts)
        state, info = in_chunks(
            lambda state, keys: self._advance_all(moment, arguments, starts, state, keys),
            state,
            keys[:, 1:],
            "design update",
        )
        refuse_without_utility(info)
        report_left_out(info)
        return state, info

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
