"""The first half of a stage: choose where to measure to learn the parameters, measure there, update
the belief.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design.projected_adam import SearchInfo, SearchState
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import BeliefUpdate, belief_dataset
from boed.studies.hybrid.beliefs import of_particles
from boed.studies.hybrid.data_buffer import Earlier, Start
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.measurement import Measurement, measurement_dataset
from boed.studies.hybrid.physical_experiment import PhysicalSearch
from boed.studies.hybrid.search_record import as_written, search_dataset
from boed.studies.hybrid.stage_files import read_measurements
from boed.systems.system import Moment, System


class Located(NamedTuple):
    """A finished first half: the search and its steps, the datum and its true value, the belief and
    its summary.
    """

    state: SearchState
    steps: SearchInfo
    datum: Measurements
    true: Float[AnyArray, "replicate *outputs"]
    belief: dict


@dataclass(frozen=True, eq=False)
class PhysicalStage:
    """The first half of a stage, of all replicates."""

    problem: System
    settings: dict

    def __call__(
        self,
        moment: Moment,
        start: Start,
        noise: Float[AnyArray, "replicate *outputs"],
        key: PRNGKeyArray,
        steps: int,
    ) -> Located:
        """Search, measure, update; noise: standard normal; steps: of the search."""
        state, info = self.choose(moment, start, noise, key, steps)
        datum, true = self._measure(moment, state.design, noise)
        moments = jax.tree.map(lambda leaf: leaf[None], moment)
        belief = self.update(moments, data_buffer.single(datum), start)
        return Located(state=state, steps=info, datum=datum, true=true, belief=belief)

    def update(self, moments: Moment, data: Measurements, start: Start) -> dict:
        """The belief after the stage's data, and what it says; moments: one a datum."""
        if start.earlier is not None:
            moments, data = start.earlier.followed_by(moments, data)
        return self._update(moments, data, start.weights, start.prior)

    def choose(
        self,
        moment: Moment,
        start: Start,
        noise: Float[AnyArray, "replicate *outputs"],
        key: PRNGKeyArray,
        steps: int,
    ) -> tuple[SearchState, SearchInfo]:
        """The design that tells most about the parameters, and the search's steps."""
        state, info = self._search(moment, start, noise, key, steps)
        return state._replace(design=as_written(self.problem, state.design)), info

    @cached_property
    def _search(self) -> PhysicalSearch:
        return PhysicalSearch(self.problem, self.settings)

    @cached_property
    def _measure(self) -> Measurement:
        return Measurement(self.problem)

    @cached_property
    def _update(self) -> BeliefUpdate:
        return BeliefUpdate(self.problem, self.settings)


def earlier(problem: System, files: list[str]) -> Earlier | None:
    """The data of measurements' files, where the beliefs of a system are particles."""
    if not files or not of_particles(problem):
        return None
    times, data = read_measurements(problem, files)
    return Earlier(problem.moments(times), data)


def datasets(problem: System, time: float, located: Located) -> dict[str, xr.Dataset]:
    """The files of a first half, by the names of its rule's outputs."""
    return {
        "experiment": search_dataset(problem, located.state, located.steps),
        "measurement": measurement_dataset(problem, time, located.datum, located.true),
        "belief": belief_dataset(problem, located.belief),
    }
