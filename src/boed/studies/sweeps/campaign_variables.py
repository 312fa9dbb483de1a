"""Records of campaigns as variables of a dataset."""

from collections.abc import Sequence

import xarray as xr

from boed.jobs.store import variable
from boed.studies.sweeps.campaign import Record

STAGE = ("stage", "replicate")
LAYOUT = {
    "location_error": (
        STAGE,
        "length",
        "distance of the MAP from the true source at the stage's end",
    ),
    "posterior_spread": (STAGE, "length", "equivalent deviation of the belief at the stage's end"),
    "credible_level": (
        STAGE,
        "1",
        "probability of the credible region that just reaches the source",
    ),
    "total_relative_error": (STAGE, "1", "relative error of the field at the stage's end"),
    "design_updates": (
        STAGE,
        "1",
        "updates of the discrepancy design until its search stopped",
    ),
    "discrepancy_gain": (
        STAGE,
        "nat",
        "information that the discrepancy datum gave, 0 without one",
    ),
    "physical_design": ((*STAGE, "coordinate"), "length", "physical design"),
    "discrepancy_design": (
        (*STAGE, "coordinate"),
        "length",
        "discrepancy design, 0 where there is none",
    ),
    "weights": ((*STAGE, "weight"), "1", "weights at the stage's end"),
}


def record_variables(
    record: Record, names: Sequence[str] = Record._fields, along: Sequence[str] = ()
) -> dict[str, xr.Variable]:
    """The fields of a record; along: names of axes before its own."""
    return {
        name: variable((*along, *LAYOUT[name][0]), getattr(record, name), *LAYOUT[name][1:])
        for name in names
    }
