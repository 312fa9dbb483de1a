"""Strengths calibrated by more and more noisy data, and what they tend to
(active_learning App. A).
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.studies.active import agreement

STRENGTH = "concentration*length^2/time"
EVERY = ("replicate", "deviation", "held", "data")


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    record = agreement.run(settings, snakemake.params.seed, snakemake.wildcards.study)
    counts = settings["agreement"]["data"]
    apart = agreement.distance_to(record.strength, record.aligned)
    slopes = agreement.slopes(apart, counts)
    job.LOG.info("slope of the distance over the data, known deviation: %s", slopes[0].round(2))
    dims = ("replicate", "deviation", "data")
    words = ("length", "distance of the estimated place from the true one")
    true = settings["truth"]["strength"]
    data = {
        "strength": variable(EVERY, record.strength, STRENGTH, "strength calibrated by the data"),
        "distance": variable(
            EVERY, apart, STRENGTH, "distance from the strength that aligns the fields"
        ),
        "slope": variable(
            EVERY[1:3], slopes, "1", "slope of log mean square distance, halved, over log data"
        ),
        "location_error": variable(dims, record.location_error, *words),
        "aligned_strength": variable(
            "place", record.aligned, STRENGTH, "strength that aligns the fields"
        ),
        "limit_strength": variable(
            ("deviation", "place"), record.limit, STRENGTH, "strength that many data tend to"
        ),
        "true_strength": variable((), true, STRENGTH, "true strength"),
    }
    named = {
        "deviation": (agreement.DEVIATIONS, "where the deviation of a datum's noise is taken"),
        "held": (agreement.HELD, "where the source is held"),
        "place": (agreement.PLACES, "where the source is held"),
    }
    coordinates = {
        name: (name, list(values), {"units": "1", "long_name": text})
        for name, (values, text) in named.items()
    }
    coordinates["replicate"] = variable(
        "replicate", np.arange(settings["replicates"]), "1", "replicate"
    )
    return xr.Dataset(data, coords=coordinates | {"data": variable("data", counts, "1", "data")})


if __name__ == "__main__":
    job.run(main, snakemake)
