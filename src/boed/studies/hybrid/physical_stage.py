"""The first half of a stage: choose where to measure to find the source, measure there, update the
belief.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.design.projected_adam import SearchInfo, SearchState
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import belief_dataset, belief_update
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.inverse_problem import Inversion, Measurements
from boed.studies.hybrid.measurement import measurement, measurement_dataset
from boed.studies.hybrid.physical_experiment import physical_search
from boed.studies.hybrid.search_record import search_dataset


class Located(NamedTuple):
    """A finished first half: the search and its steps, the datum and its true value, the belief and
    its summary.
    """

    state: SearchState
    steps: SearchInfo
    datum: Measurements
    true: Float[AnyArray, " replicate"]
    belief: dict


def physical_stage(study: Inversion, settings: dict) -> Callable[..., Located]:
    """(moment, start, standard normal noise, key, search steps) → the first half of a stage, all
    replicates.
    """
    search, measure, update = (
        physical_search(study, settings),
        measurement(study),
        belief_update(study, settings),
    )

    def run(moment, start: Start, noise, key, steps: int) -> Located:
        """Search, measure, update."""
        state, info = search(moment, start.design, (start.weights, start.prior, noise), key, steps)
        datum, true = measure(moment, state.design, noise)
        moments = jax.tree.map(lambda leaf: leaf[None], moment)
        return Located(
            state,
            info,
            datum,
            true,
            update(moments, data_buffer.single(datum), start.weights, start.prior),
        )

    return run


def datasets(study: Inversion, time: float, located: Located) -> dict[str, xr.Dataset]:
    """The files of a first half, by the names of its rule's outputs."""
    return {
        "experiment": search_dataset(located.state, located.steps),
        "measurement": measurement_dataset(time, located.datum, located.true),
        "belief": belief_dataset(study.cells, located.belief),
    }
