"""Numbers of single published runs: series, percentiles and rows by hand."""

import numpy as np
import pytest
import xarray as xr

from boed.claims import published_runs

ENTRY = {
    "id": "x",
    "paper": "p",
    "where": "Fig. 1",
    "quantity": "error",
    "file": "study/metrics.nc",
    "variable": "error",
}
VALUES = np.array([[[0.1, 0.2], [0.3, 0.2], [0.1, 0.5]], [[0.2, 0.1], [0.1, 0.1], [0.05, 0.1]]])


@pytest.fixture
def datasets():
    coordinates = {"variant": ["plain", "better"], "stage": [1, 2]}
    metrics = xr.Dataset({"error": (("variant", "replicate", "stage"), VALUES)}, coords=coordinates)
    searches = {f"study/plain/stage_{k}/search.nc": VALUES[0] * k for k in (1, 2)}
    dims = ("replicate", "coordinate")
    made = {name: xr.Dataset({"design": (dims, values)}) for name, values in searches.items()}
    return {"study/metrics.nc": metrics} | made


def rows(datasets, **changes):
    return [published_runs.row(run, datasets) for run in published_runs.expand([ENTRY | changes])]


def test_a_series_has_a_row_for_every_coordinate_and_recipe(datasets):
    found = rows(
        datasets,
        repeat={"variant": ["plain", "better"]},
        along={"stage": [1, 2]},
        published=[0.1, 0.2],
    )
    assert [(row["recipe"], row["at"], row["published"], row["median"]) for row in found] == [
        ("plain", "stage 1", "0.1", "0.1"),
        ("plain", "stage 2", "0.2", "0.2"),
        ("better", "stage 1", "0.1", "0.1"),
        ("better", "stage 2", "0.2", "0.1"),
    ]
    assert tuple(found[0]) == published_runs.COLUMNS
    assert [found[1][name] for name in ("least", "p10", "p90", "greatest")] == [
        "0.2",
        "0.2",
        "0.44",
        "0.5",
    ]
    assert found[0]["replicates"] == "3"


def test_coordinates_fill_braces_in_the_files_name(datasets):
    designs = {
        "file": "study/{variant}/stage_{stage}/search.nc",
        "variable": "design",
        "repeat": {"variant": ["plain"]},
    }
    along = {"stage": [1, 2], "coordinate": [0, 1]}
    found = rows(datasets, **designs, along=along, published=[1, 2, 3, 4])
    assert [(row["at"], row["median"]) for row in found] == [
        ("stage 1, coordinate 0", "0.1"),
        ("stage 1, coordinate 1", "0.2"),
        ("stage 2, coordinate 0", "0.2"),
        ("stage 2, coordinate 1", "0.4"),
    ]
    first = {"file": "study/plain/stage_1/search.nc", "variable": "design"}
    (summed,) = rows(datasets, **first, total="coordinate", published=1)
    assert summed["median"] == "0.5"


def test_percentiles_count_equals_half():
    assert published_runs.percentile(0.3, np.array([0.1, 0.2, 0.4, 0.5])) == 50
    assert published_runs.percentile(0.2, np.array([0.1, 0.2, 0.4, 0.5])) == 37.5
    assert published_runs.percentile(0.0, np.array([0.1, 0.2])) == 0
    assert published_runs.percentile(7.0, np.full(20, 7.0)) == 50


def test_scale_applies_to_ours_and_is_taken_off_for_figures(datasets):
    changes = {
        "select": {"variant": "plain"},
        "along": {"stage": [1, 2]},
        "published": [5.0, 10.0],
        "scale": 50.0,
    }
    assert [row["median"] for row in rows(datasets, **changes)] == ["5", "10"]
    runs = published_runs.expand([ENTRY | changes])
    series = (runs, "study/metrics.nc", "error", "stage")
    assert published_runs.published_along(*series, variant="plain") == {1: 0.1, 2: 0.2}
    assert published_runs.published_along(*series, variant="better") == {}


def test_without_its_file_a_number_stands_alone(datasets):
    (row,) = rows({}, select={"variant": "plain", "stage": 1}, published=0.3)
    assert (row["published"], row["median"], row["percentile"]) == ("0.3", "", "")


def test_mistakes_are_named(datasets):
    with pytest.raises(ValueError, match="series x: 3 published values for 2 coordinates"):
        rows(datasets, along={"stage": [1, 2]}, published=[1, 2, 3])
    with pytest.raises(ValueError, match="series x: study/metrics.nc has no eror"):
        rows(datasets, variable="eror", published=1)
    with pytest.raises(ValueError, match="tolerance keys unknown"):
        rows(datasets, tolerance=1, published=1)


def test_the_projects_list_says_where_each_number_stands():
    runs = published_runs.read("config/claims/published_runs.yaml")
    assert len(runs) > 100
    assert all(run.where.endswith(("[text]", "[code]", "[text, code]")) for run in runs)
