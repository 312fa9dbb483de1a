"""Both hybrid methods on one problem with one budget of data: which is more robust (ad_eki §3.1)?

ad_eki takes one datum in the first stage and two at the time of each later one: where it wants to
learn the location, and where it wants to learn the strength. active_learning, which learns the
strength from the former alone, gets the same number at the same times: two of its stages in place
of each later one. More times instead would let it see other plumes than ad_eki does; so the
methods differ in their designs and in how they learn only.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.studies.active import campaign as active_campaign
from boed.studies.sweeps import campaign as hybrid_campaign


class Course(NamedTuple):
    """After 1, 3, 5 … data: learned strength, distance of the MAP from the source."""

    strength: Float[AnyArray, "stage replicate"]
    location_error: Float[AnyArray, "stage replicate"]


def twice_after_first(values: Sequence) -> list:
    """The first value once, every other twice."""
    return [values[0], *np.repeat(values[1:], 2).tolist()]


def with_two_data_a_stage(settings: dict) -> dict:
    """Settings of a study whose every stage but the first is taken twice, at the same time."""
    experiment, calibration = settings["experiment"], settings["calibration"]
    return settings | {
        "times": twice_after_first(settings["times"]),
        "experiment": experiment | {"steps": twice_after_first(experiment["steps"])},
        "calibration": calibration | {"rates": np.repeat(calibration["rates"], 2).tolist()},
    }


def data_by_stage(stages: int) -> list[int]:
    """Data taken by the end of each stage: one, then two more a stage."""
    return [2 * stage + 1 for stage in range(stages)]


def run(settings: dict, seed: int, study_name: str) -> Course:
    """All stages of a method, from the strength that the model assumes at first.

    A block `indicator` makes it active_learning's: its physical designs' own data teach the model.
    """
    first = jnp.full((settings["replicates"], 1), settings["model"]["strength"])
    if "indicator" in settings:
        record = active_campaign.run(with_two_data_a_stage(settings), seed, study_name, first)
        return Course(record.weights[::2, :, 0], record.location_error[::2])
    record = hybrid_campaign.run(
        hybrid_campaign.kernels(settings), settings, seed, study_name, first
    )
    return Course(record.weights[..., 0], record.location_error)


def largest_rise(error: Float[AnyArray, "stage replicate"]) -> Float[AnyArray, " replicate"]:
    """How much the error grows at most from one stage to the next; 0 where it never does."""
    return np.maximum(np.diff(error, axis=0), 0.0).max(axis=0, initial=0.0)
