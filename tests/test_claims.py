"""The scorecard: series of claims, statistics and verdicts by hand."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import yaml

from boed import claims

ENTRY = {
    "id": "x",
    "paper": "p",
    "where": "Fig. 1",
    "claim": "c",
    "file": "study/metrics.nc",
    "variable": "error",
    "published": 0.1,
    "tolerance": {"absolute": 0.02},
}


@pytest.fixture
def dataset():
    values = np.array([[[0.1, 0.2], [0.3, 0.2], [0.1, 0.5]], [[0.2, 0.1], [0.1, 0.1], [0.05, 0.1]]])
    coordinates = {"variant": ["plain", "better"], "stage": [1, 2]}
    return xr.Dataset({"error": (("variant", "replicate", "stage"), values)}, coords=coordinates)


def judged(dataset, **changes):
    return [claims.judge(claim, dataset) for claim in claims.expand([ENTRY | changes])]


def test_a_series_has_a_row_for_every_coordinate(dataset):
    rows = judged(dataset, repeat={"variant": ["plain", "better"]}, along={"stage": [1, 2]}, published=[0.1, 0.2])
    assert [row["id"] for row in rows][:2] == ["x-variant-plain-stage-1", "x-variant-plain-stage-2"]
    assert [row["reproduced"] for row in rows] == ["0.1", "0.2", "0.1", "0.1"]
    assert [row["verdict"] for row in rows] == ["reproduced", "reproduced", "reproduced", "differs"]
    assert tuple(rows[0])
    assert set(rows[0]) == set(claims.COLUMNS)


def test_median_and_percentiles_are_over_replicates(dataset):
    (row,) = judged(dataset, select={"variant": "plain", "stage": 2}, published=0.2)
    assert (row["low"], row["reproduced"], row["high"]) == ("0.2", "0.2", "0.44")


def test_relative_and_absolute_tolerances_add(dataset):
    selected = {"select": {"variant": "plain", "stage": 2}, "published": 0.25}
    assert judged(dataset, **selected, tolerance={"relative": 0.21})[0]["verdict"] == "reproduced"
    assert judged(dataset, **selected, tolerance={"relative": 0.19})[0]["verdict"] == "differs"
    assert judged(dataset, **selected, tolerance={"relative": 0.1, "absolute": 0.03})[0]["verdict"] == "reproduced"


def test_falling_is_the_fraction_of_cases_that_fall_strictly(dataset):
    (row,) = judged(
        dataset, select={"stage": [1, 2], "variant": ["plain", "better"]}, statistic="falling", published=1.0
    )
    # stage 1: no, yes, yes; stage 2: yes, yes, yes
    assert (row["low"], row["reproduced"]) == ("0.6", "1")
    (row,) = judged(dataset, select={"stage": [1, 2], "variant": ["plain", "better"]}, statistic="rising")
    assert row["reproduced"] == "0"


def test_equal_values_neither_fall_nor_rise(dataset):
    flat = dataset * 0
    for statistic in ("falling", "rising"):
        (row,) = judged(flat, select={"variant": ["plain", "better"]}, statistic=statistic)
        assert row["reproduced"] == "0"


def test_without_its_file_or_coordinate_a_claim_is_not_run(dataset):
    assert judged(None)[0]["verdict"] == "not run"
    assert judged(dataset, select={"stage": 9})[0]["verdict"] == "not run"


@pytest.mark.parametrize("changes", [{"variable": "eror"}, {"select": {"stag": 1}}])
def test_a_misspelt_variable_or_dimension_is_an_error_and_not_a_claim_not_run(dataset, changes):
    with pytest.raises(ValueError, match=r"claim x: study/metrics.nc has no (eror|stag)"):
        judged(dataset, **changes)


def test_a_series_of_another_length_than_its_values_is_refused():
    with pytest.raises(ValueError, match="claim x: 3 published values for 2 coordinates"):
        claims.expand([ENTRY | {"along": {"stage": [1, 2]}, "published": [1, 2, 3]}])


def test_scale_applies_to_ours_and_is_taken_off_for_figures(dataset):
    changes = {"select": {"variant": "plain"}, "along": {"stage": [1, 2]}, "published": [5.0, 10.0], "scale": 50.0}
    assert [row["reproduced"] for row in judged(dataset, **changes)] == ["5", "10"]
    known = claims.published_along(
        claims.expand([ENTRY | changes]), "study/metrics.nc", "error", "stage", variant="plain"
    )
    assert known == {1: 0.1, 2: 0.2}


def test_the_projects_list_is_well_formed():
    entries = yaml.safe_load(Path("config/claims.yaml").read_text())
    rows = claims.expand(entries)
    assert len({row.id for row in rows}) == len(rows) > 100
    assert {row.statistic for row in rows} <= {"value", "falling", "rising"}
    known = {*ENTRY, "repeat", "along", "select", "statistic", "scale", "note"}
    for entry in entries:
        assert set(entry) <= known, entry["id"]
        assert entry["where"].endswith(("[text]", "[code]", "[inferred]", "[closed form]", "[quadrature]"))
