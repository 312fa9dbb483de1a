"""netCDF files: whole or absent, described, finite, and byte-identical for identical input."""

import fcntl
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from boed.jobs import store
from boed.jobs.store import StoreError, variable

ATTRIBUTES = {"parameters": "{}"}
TABLE = np.linspace(0, 1, 60)


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
    with pytest.raises(StoreError, match=r"a\.nc: could not be written \(disk full\)"):
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


def test_provenance_tells_parameters_code_versions_and_arithmetic(monkeypatch):
    monkeypatch.setenv("NPROC", "3")
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    attributes = store.provenance({"b": 1, "a": [2]}, {"eki": "0123"})
    assert json.loads(attributes["parameters"]) == {"a": [2], "b": 1}
    assert json.loads(attributes["code_digests"]) == {"eki": "0123"}
    assert {"python", "jax", "numpy"} <= set(json.loads(attributes["versions"]))
    assert json.loads(attributes["arithmetic"]) == {"NPROC": "3", "XLA_FLAGS": ""}


def every_kind():
    """A table of numbers, whole numbers, truths and texts, and a single number."""
    return xr.Dataset(
        {
            "table": variable(
                ("row", "column"), np.linspace(0, 1, 60).reshape(12, 5), "1", "table"
            ),
            "count": variable("row", np.arange(12), "1", "count"),
            "flag": variable("row", np.arange(12) > 4, "1", "flag"),
            "name": variable("word", ["first", "naïve"], "1", "name"),
            "single": variable((), 2.5, "1", "single"),
        }
    )


def test_what_is_read_is_what_was_written_whatever_its_type(tmp_path):
    store.write(every_kind(), tmp_path / "a.nc", ATTRIBUTES)
    back = store.read(tmp_path / "a.nc")
    for name, array in every_kind().variables.items():
        np.testing.assert_array_equal(back[name].values, array.values)
    assert back.attrs == ATTRIBUTES


@pytest.mark.parametrize(
    "part",
    [TABLE[7:8].tobytes(), b"first", struct.pack("<d", 2.5), b"a long parameter"],
    ids=["array", "text", "scalar", "attribute"],
)
def test_a_flipped_bit_in_what_a_file_says_is_noticed(tmp_path, part):
    path = tmp_path / "a.nc"
    store.write(every_kind(), path, {"parameters": "a long parameter"})
    whole = bytearray(path.read_bytes())
    assert whole.count(part) == 1
    whole[whole.index(part) + 1] ^= 2
    path.write_bytes(whole)
    with pytest.raises(StoreError, match=r"a\.nc: .*delete it and run Snakemake again"):
        store.read(path)


def test_no_flipped_bit_changes_what_is_read(tmp_path, rng):
    """Wherever it is: it is noticed, or lies where nothing does."""
    path = tmp_path / "a.nc"
    store.write(every_kind(), path, ATTRIBUTES)
    whole, expected, noticed = path.read_bytes(), store.read(path), 0
    for place in rng.integers(len(whole), size=60):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        try:
            xr.testing.assert_identical(store.read(path), expected)
        except StoreError:
            noticed += 1
    assert noticed > 10


def test_a_file_of_another_program_is_read_without_a_checksum(tmp_path):
    dataset().to_netcdf(tmp_path / "a.nc", engine="netcdf4")
    xr.testing.assert_identical(store.read(tmp_path / "a.nc"), dataset())


def test_a_number_that_is_not_finite_in_an_input_is_named(tmp_path):
    poisoned = dataset((1.0, np.nan, 3.0))
    poisoned.to_netcdf(tmp_path / "a.nc", engine="netcdf4")
    with pytest.raises(
        StoreError, match=r"a\.nc: this input holds .* u: 1 of 3 values .* first at \{'step': 1\}"
    ):
        store.read(tmp_path / "a.nc")


def test_a_file_that_may_not_be_read_is_not_to_be_deleted(tmp_path, monkeypatch):
    path = tmp_path / "a.nc"
    store.write(dataset(), path, ATTRIBUTES)

    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(xr, "open_dataset", refused)
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(StoreError, match=r"a\.nc: cannot be read \(Permission denied\)") as raised:
        store.read(path)
    assert "delete" not in str(raised.value)


def in_a_process(code, *arguments, **environment):
    """What a fresh interpreter prints."""
    run = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    return run.stdout + run.stderr


READ = "import sys; from boed.jobs import store; print(store.read(sys.argv[1]).u.values)"


def test_a_locked_file_is_read_and_never_to_be_deleted(tmp_path):
    """The library calls a lock an HDF error, as it does a truncated file."""
    path = tmp_path / "a.nc"
    store.write(dataset(), path, ATTRIBUTES)
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert "[1. 2. 3.]" in in_a_process(READ, path)
        locked = in_a_process(READ, path, HDF5_USE_FILE_LOCKING="TRUE")
    assert "the file is good, but cannot be opened where it is" in locked
    assert "delete" not in locked


def test_a_disk_without_room_is_named(tmp_path):
    """A process that may write 10 kB."""
    code = (
        "import resource, sys, numpy as np, xarray as xr\n"
        "from boed.jobs import store\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "values = store.variable('x', np.arange(9000.0), '1', 'u')\n"
        "store.write(xr.Dataset({'u': values}), sys.argv[1], {})\n"
    )
    printed = in_a_process(code, tmp_path / "a.nc")
    assert "StoreError" in printed
    assert "a.nc: could not be written" in printed
    assert "MB are free on its disk, 0.1 MB are needed" in printed
    assert not list(tmp_path.iterdir())


def test_the_partial_file_of_another_run_stays_and_that_of_a_dead_one_goes(tmp_path):
    path, ended = tmp_path / "a.nc", subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    alive, dead, elsewhere = (
        tmp_path / f".a.nc.{host}.{number}.partial"
        for host, number in (
            (store.HOST, os.getppid()),
            (store.HOST, ended.pid),
            ("another.machine", ended.pid),
        )
    )
    for partial in (alive, dead, elsewhere):
        partial.write_bytes(b"half")
    store.write(dataset(), path, ATTRIBUTES)
    assert sorted(tmp_path.iterdir()) == sorted([alive, elsewhere, path])


def test_two_runs_that_write_one_file_both_succeed(tmp_path):
    code = (
        "import sys, xarray as xr\n"
        "from boed.jobs import store\n"
        "for turn in range(40):\n"
        "    values = store.variable('x', [float(turn)], '1', 'u')\n"
        "    store.write(xr.Dataset({'u': values}), sys.argv[1], {})\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "a.nc")]) for _ in range(2)
    ]
    assert [run.wait() for run in runs] == [0, 0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.nc"]
    assert store.read(tmp_path / "a.nc").u.values.tolist() == [39.0]
