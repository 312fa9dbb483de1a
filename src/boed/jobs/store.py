"""netCDF files that say where they came from: written whole or not at all, read whole or not at
all.
"""

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

RECORDED_PACKAGES = ("equinox", "jax", "jaxlib", "numpy", "optax", "scipy", "xarray")


class StoreError(RuntimeError):
    """A file that cannot be used, or data that must not be stored."""


def variable(dims, values, units: str, long_name: str) -> xr.Variable:
    """A variable with its unit and its name in words; `1` is the unit of a pure number."""
    return xr.Variable(dims, np.asarray(values), {"units": units, "long_name": long_name})


def require_finite(dataset: xr.Dataset) -> None:
    """Raise StoreError naming every variable, and its first index, that holds NaN or an
    infinity.
    """
    problems = []
    for name, array in dataset.variables.items():
        if np.issubdtype(array.dtype, np.floating):
            bad = np.argwhere(~np.isfinite(array.values))
            if len(bad):
                place = dict(zip(array.dims, map(int, bad[0]), strict=True))
                problems.append(
                    f"{name}: {len(bad)} of {array.size} values not finite, first at {place}"
                )
    if problems:
        raise StoreError("refusing to store numbers that are not finite: " + "; ".join(problems))


def require_described(dataset: xr.Dataset) -> None:
    """Raise StoreError naming every variable without units or long_name."""
    missing = [
        name for name, a in dataset.variables.items() if not {"units", "long_name"} <= set(a.attrs)
    ]
    if missing:
        raise StoreError(f"variables without units and long_name: {', '.join(map(str, missing))}")


def provenance(parameters: dict, code: dict) -> dict[str, str]:
    """Attributes that tell how a file was made: parameters, digests of the code, versions; no time
    stamp.
    """
    packages = {name: version(name) for name in RECORDED_PACKAGES}
    return {
        "parameters": json.dumps(parameters, sort_keys=True),
        "code_digests": json.dumps(code, sort_keys=True),
        "versions": json.dumps({"python": platform.python_version(), **packages}, sort_keys=True),
    }


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place if the block succeeds and vanishes if it
    fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left_by_a_kill in path.parent.glob(f".{path.name}.*.partial"):
        left_by_a_kill.unlink(missing_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def compressed(array: xr.Variable, chunks: tuple[int, ...]) -> xr.Variable:
    """The variable, to be written in compressed chunks: for large ones, of which a reader may want
    a part.
    """
    array.encoding = {"zlib": True, "complevel": 4, "chunksizes": chunks}
    return array


def write(dataset: xr.Dataset, path: str | Path, attributes: dict[str, str]) -> None:
    """Write a dataset: all variables finite and described, or StoreError; the file appears complete
    or not.

    The same dataset and attributes give the same bytes.
    """
    require_finite(dataset)
    require_described(dataset)
    encoding = {name: {"_FillValue": None} for name in dataset.variables}
    for name, array in dataset.variables.items():
        if array.encoding.get("zlib"):
            encoding[name] |= {
                key: array.encoding[key] for key in ("zlib", "complevel", "chunksizes")
            }
    with replacing(Path(path)) as temporary:
        dataset.assign_attrs(attributes).to_netcdf(temporary, engine="netcdf4", encoding=encoding)


def read(path: str | Path) -> xr.Dataset:
    """Read a dataset into memory; StoreError says which file is missing, truncated or
    not netCDF.
    """
    try:
        with xr.open_dataset(path, engine="netcdf4") as dataset:
            return dataset.load()
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no such file; run the rule that makes it") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"{path}: not a complete netCDF file ({error}); delete it and run Snakemake again"
        ) from error
