"""Rows of the tables of errors, by hand."""

import numpy as np
import xarray as xr

from boed.claims import error_tables, published_runs

SERIES = {
    **{"id": "a", "paper": "p", "where": "Table 2", "quantity": "error", "file": "s/v/history.nc"},
    **{"variable": "total_mean_squared_error", "scale": 51.0},
    **{"along": {"stage": [2], "calibration": ["after"]}, "published": [5.1]},
}
MODELS = {
    **{"id": "b", "paper": "p", "where": "Table 1", "quantity": "error", "file": "s/designs.nc"},
    **{"variable": "model_relative_error"},
    **{"along": {"learned_from": ["good"]}, "published": [0.25]},
}


def test_errors_are_of_the_printed_definition_beside_what_was_printed():
    values = np.arange(8.0).reshape(2, 2, 2)
    errors = xr.Dataset(
        {"total_mean_squared_error": (("stage", "calibration", "replicate"), values)},
        {"stage": [1, 2], "calibration": ["before", "after"]},
    )
    names, published = list(errors.data_vars), published_runs.expand([SERIES])
    rows = list(error_tables.field_errors("v", "s/v/history.nc", errors, names, published))
    assert [row[3:5] for row in rows] == [
        (1, "before"),
        (2, "before"),
        (1, "after"),
        (2, "after"),
    ]
    # replicates of 51·6 and 51·7: median 331.5, a tenth and nine tenths of the way between them
    assert rows[-1][5:] == ("331.5", "311.1", "351.9", "5.1")
    assert all(row[-1] == "" for row in rows[:-1])
    assert {len(row) for row in rows} == {len(error_tables.FIELD_COLUMNS)}


def test_an_error_without_networks_before_and_after_is_one_of_after():
    errors = xr.Dataset({"location_error": (("stage", "replicate"), [[1.0]])}, {"stage": [1]})
    row = next(error_tables.field_errors("v", "f", errors, ["location_error"], []))
    assert row == ("v", "location_error", 1.0, 1, "after", "1", "1", "1", "")


def test_models_stand_beside_the_published_one_that_learned_from_the_same_design():
    dims = ("replicate", "learned_from")
    designs = xr.Dataset(
        {name: (dims, [[1.0, 2.0], [3.0, 4.0]]) for name in error_tables.MODEL_QUANTITIES},
        {"learned_from": ["good", "poor"]},
    )
    rows = error_tables.model_errors("s/designs.nc", designs, published_runs.expand([MODELS]))
    assert list(rows) == [
        ("model_mean_squared_error", "good", "2", "1.2", "2.8", ""),
        ("model_mean_squared_error", "poor", "3", "2.2", "3.8", ""),
        ("model_relative_error", "good", "2", "1.2", "2.8", "0.25"),
        ("model_relative_error", "poor", "3", "2.2", "3.8", ""),
    ]
