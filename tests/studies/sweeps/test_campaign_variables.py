"""Records of campaigns in a dataset: every field with its axes, or those that are asked for."""

import numpy as np
import xarray as xr

from boed.studies.sweeps.campaign import Record
from boed.studies.sweeps.campaign_variables import LAYOUT, record_variables

SIZES = {"case": 4, "stage": 3, "replicate": 2, "coordinate": 2, "weight": 5}


def record(along=()):
    """A record whose every field holds a number of its own."""
    return Record(
        *(
            np.full([SIZES[dim] for dim in (*along, *LAYOUT[name][0])], float(number))
            for number, name in enumerate(Record._fields)
        )
    )


def test_every_field_of_the_record_has_its_axes_behind_those_of_the_cases():
    dataset = xr.Dataset(record_variables(record(("case",)), along=("case",)))
    assert dict(dataset.sizes) == SIZES
    assert set(dataset.data_vars) == set(Record._fields)
    assert dataset.weights.dims == ("case", "stage", "replicate", "weight")
    for number, name in enumerate(Record._fields):
        assert (dataset[name] == number).all(), name
    assert dataset.discrepancy_gain.attrs["units"] == "nat"


def test_the_fields_that_are_asked_for_and_no_others():
    found = record_variables(record(), ("location_error", "discrepancy_gain"))
    assert set(found) == {"location_error", "discrepancy_gain"}
    assert found["location_error"].dims == ("stage", "replicate")
