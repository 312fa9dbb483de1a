"""How long the halves of a stage take in a fresh process: a first call, which traces and compiles,
and a later one.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from boed.costs.benchmarks import drawn
from boed.studies.hybrid.data_buffer import empty, first_start, of_slot, put
from boed.studies.hybrid.discrepancy_stage import Halfway, starting_spread
from boed.studies.sweeps import campaign
from boed.timing import timed


class Start(NamedTuple):
    """Seconds of a half of a stage in a fresh process: its first call, which compiles, and a later
    one.
    """

    first: float
    later: float


def half_stages(settings: dict, cache: str) -> dict[str, Start]:
    """{rule: its start} of both halves of a stage in this process; cache: folder of
    compilations.
    """
    jax.config.update("jax_compilation_cache_dir", cache)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    made, count = campaign.kernels(settings), settings["replicates"]
    weights, _ = drawn(settings)
    first = jnp.broadcast_to(weights, (count, weights.size))
    sequence = campaign.Sequence(
        made=made, settings=settings, seed=settings["seed"], study_name="benchmark", first=first
    )
    start, slots = first_start(made.problem, settings, first), sequence.slots
    moment, key = of_slot(sequence.moments, slots.physical(1)), jax.random.key(settings["seed"])

    def locate():
        return made.locate(moment, start, jnp.zeros(count), key, settings["experiment"]["steps"][0])

    (before, located), (after, _) = timed(locate), timed(locate)
    data = empty(made.problem, count, slots.count)
    for stage in (1, 2):
        data = put(data, slots.physical(stage), located.datum)

    def learn():
        """The second half of stage 2."""
        halfway = Halfway(
            start=start._replace(design=located.state.design),
            spread=starting_spread(settings, settings["seed"], "benchmark", first),
            belief=located.belief,
            first=first,
        )
        return sequence.second_half(2, halfway, data)

    (slow, _), (quick, _) = timed(learn), timed(learn)
    return {"locate_source": Start(before, after), "learn_discrepancy": Start(slow, quick)}
