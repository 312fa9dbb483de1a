"""The file of calibrations by many data, agreement.nc."""

import numpy as np
import xarray as xr

from boed.jobs.store import variable
from boed.studies.active.agreement import HELD, PLACES, Record, distance_to, slopes
from boed.studies.active.strength_fit import DEVIATIONS

STRENGTH = "concentration*length^2/time"
EVERY = ("replicate", "deviation", "held", "data")
NAMES = {
    "deviation": (DEVIATIONS, "where the deviation of a datum's noise is taken"),
    "held": (HELD, "where the source is held"),
    "place": (PLACES, "where the source is held"),
}


def agreement_dataset(settings: dict, record: Record) -> xr.Dataset:
    """A record, its distances from the strengths that align the fields, and how fast these
    shrink.
    """
    counts = settings["agreement"]["data"]
    apart = distance_to(record.strength, record.aligned)
    return xr.Dataset(
        {
            "strength": variable(
                EVERY, record.strength, STRENGTH, "strength calibrated by the data"
            ),
            "distance": variable(
                EVERY, apart, STRENGTH, "distance from the strength that aligns the fields"
            ),
            "slope": variable(
                EVERY[1:3],
                slopes(apart, counts),
                "1",
                "slope of log mean square distance, halved, over log data",
            ),
            "location_error": variable(
                ("replicate", "deviation", "data"),
                record.location_error,
                "length",
                "distance of the estimated place from the true one",
            ),
            "aligned_strength": variable(
                "place", record.aligned, STRENGTH, "strength that aligns the fields"
            ),
            "limit_strength": variable(
                ("deviation", "place"), record.limit, STRENGTH, "strength that many data tend to"
            ),
            "true_strength": variable((), settings["truth"]["strength"], STRENGTH, "true strength"),
        },
        coords=coordinates(settings["replicates"], counts),
    )


def coordinates(replicates: int, counts: list[int]) -> dict:
    """Names of the ways of calibrating, replicates and numbers of data."""
    named = {
        name: (name, list(values), {"units": "1", "long_name": text})
        for name, (values, text) in NAMES.items()
    }
    return named | {
        "replicate": variable("replicate", np.arange(replicates), "1", "replicate"),
        "data": variable("data", counts, "1", "data"),
    }
