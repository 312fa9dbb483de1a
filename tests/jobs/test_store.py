"""netCDF files: whole or absent, described, finite, and byte-identical for identical input."""

import json
import os

import numpy as np
import pytest
import xarray as xr

from boed.jobs import store
from boed.jobs.store import StoreError, variable

ATTRIBUTES = {"parameters": "{}"}


def dataset(values=(1.0, 2.0, 3.0)):
    return xr.Dataset({"u": variable("step", np.array(values), "concentration", "value")})


def test_round_trip_keeps_values_units_and_attributes(tmp_path):
    store.write(dataset(), tmp_path / "a.nc", ATTRIBUTES)
    back = store.read(tmp_path / "a.nc")
    xr.testing.assert_identical(back, dataset().assign_attrs(ATTRIBUTES))
    assert back.u.attrs == {"units": "concentration", "long_name": "value"}


def test_same_content_same_bytes(tmp_path):
    for name in ("a.nc", "b.nc"):
        store.write(dataset(), tmp_path / name, ATTRIBUTES)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused_by_name_and_place(tmp_path, bad):
    with pytest.raises(StoreError, match=r"u: 1 of 3 values not finite, first at \{'step': 1\}"):
        store.write(dataset((1.0, bad, 3.0)), tmp_path / "a.nc", ATTRIBUTES)
    assert not list(tmp_path.iterdir())


def test_variables_without_units_are_refused(tmp_path):
    with pytest.raises(StoreError, match="without units and long_name: bare"):
        store.write(dataset().assign(bare=("step", [1, 2, 3])), tmp_path / "a.nc", ATTRIBUTES)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.nc"
    store.write(dataset(), path, ATTRIBUTES)
    before = path.read_bytes()

    def broken(self, target, **options):
        target.write_bytes(before[:100])
        raise OSError("disk full")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", broken)
    with pytest.raises(OSError, match="disk full"):
        store.write(dataset((4.0,)), path, ATTRIBUTES)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.nc"]


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.95])
def test_a_truncated_file_is_named(tmp_path, keep):
    path = tmp_path / "a.nc"
    store.write(dataset(np.arange(5000.0)), path, ATTRIBUTES)
    whole = path.read_bytes()
    path.write_bytes(whole[: keep if isinstance(keep, int) else int(keep * len(whole))])
    with pytest.raises(StoreError, match=r"a\.nc: not a complete netCDF file"):
        store.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"gone\.nc: no such file"):
        store.read(tmp_path / "gone.nc")


def test_provenance_tells_parameters_code_and_versions():
    attributes = store.provenance({"b": 1, "a": [2]}, {"eki": "0123"})
    assert json.loads(attributes["parameters"]) == {"a": [2], "b": 1}
    assert json.loads(attributes["code_digests"]) == {"eki": "0123"}
    assert {"python", "jax", "numpy"} <= set(json.loads(attributes["versions"]))
