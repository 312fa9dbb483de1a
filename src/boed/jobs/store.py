"""netCDF files that say where they came from: written whole or not at all, read whole or not at
all.
"""

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from importlib.metadata import version
from pathlib import Path

# files are replaced whole, so locks protect nothing, and some file systems have none; the library
# reads this when it is loaded
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import netCDF4
import numpy as np
import xarray as xr

from boed.jobs import checksum

CHECKSUM, HOST = "content_sha256", platform.node()
RECORDED_PACKAGES = ("equinox", "jax", "jaxlib", "numpy", "optax", "scipy", "xarray")
# numbers agree to their last digits only for the same threads and flags
ARITHMETIC = ("NPROC", "XLA_FLAGS")


class StoreError(RuntimeError):
    """A file that cannot be used, or data that must not be stored."""


def variable(dims, values, units: str, long_name: str) -> xr.Variable:
    """A variable with its unit and its name in words; `1` is the unit of a pure number."""
    return xr.Variable(dims, np.asarray(values), {"units": units, "long_name": long_name})


def require_finite(dataset: xr.Dataset, complaint: str = "there are") -> None:
    """Raise StoreError with a complaint that names every variable, and its first index, that holds
    NaN or an infinity.
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
        raise StoreError(f"{complaint} numbers that are not finite: " + "; ".join(problems))


def require_described(dataset: xr.Dataset) -> None:
    """Raise StoreError naming every variable without units or long_name."""
    missing = [
        name for name, a in dataset.variables.items() if not {"units", "long_name"} <= set(a.attrs)
    ]
    if missing:
        raise StoreError(f"variables without units and long_name: {', '.join(map(str, missing))}")


def provenance(parameters: dict, code: dict) -> dict[str, str]:
    """Attributes that tell how a file was made: parameters, digests of the code, versions, what the
    last digits depend on; no time stamp.
    """
    packages = {name: version(name) for name in RECORDED_PACKAGES}
    return {
        "parameters": json.dumps(parameters, sort_keys=True),
        "code_digests": json.dumps(code, sort_keys=True),
        "versions": json.dumps({"python": platform.python_version(), **packages}, sort_keys=True),
        "arithmetic": json.dumps({name: os.environ.get(name, "") for name in ARITHMETIC}),
    }


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place if the block succeeds and vanishes if it
    fails.

    Another process may do the same for this path at the same time: the last one that ends wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix, suffix = f".{path.name}.{HOST}.", ".partial"
    for partial in path.parent.glob(f"{escape(prefix)}*{suffix}"):
        process = partial.name.removeprefix(prefix).removesuffix(suffix)
        if process.isdigit() and not is_alive(int(process)):
            partial.unlink(missing_ok=True)
    temporary = path.with_name(f"{prefix}{os.getpid()}{suffix}")
    try:
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def is_alive(process: int) -> bool:
    """Whether a process of this machine with this number runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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
    require_finite(dataset, "refusing to store")
    require_described(dataset)
    encoding = {name: {"_FillValue": None} for name in dataset.variables}
    for name, array in dataset.variables.items():
        if array.encoding.get("zlib"):
            encoding[name] |= {
                key: array.encoding[key] for key in ("zlib", "complevel", "chunksizes")
            }
    complete = dataset.assign_attrs(attributes)
    complete = complete.assign_attrs({CHECKSUM: checksum.content(complete)})
    try:
        with replacing(Path(path)) as temporary:
            complete.to_netcdf(temporary, engine="netcdf4", encoding=encoding)
    except (OSError, RuntimeError) as error:
        # a full disk is an "HDF error" to the library
        raise StoreError(
            f"{path}: could not be written ({error}): {_free(Path(path)) / 1e6:.1f} MB are free on "
            f"its disk, {dataset.nbytes / 1e6:.1f} MB are needed; a quota may allow less"
        ) from error


def _free(path: Path) -> int:
    """Bytes that are free on the disk that a file would be on."""
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    return shutil.disk_usage(folder).free


def read(path: str | Path) -> xr.Dataset:
    """Read a dataset into memory, without its checksum.

    StoreError says which file is missing, damaged, not allowed to be read or not netCDF, and which
    of its variables hold numbers that are not finite.
    """
    try:
        with xr.open_dataset(path, engine="netcdf4") as opened:
            dataset = opened.load()
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no such file; run the rule that makes it") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"{path}: {_fault(Path(path), error)}") from error
    written = dataset.attrs.pop(CHECKSUM, None)
    if written not in (None, checksum.content(dataset)):
        raise StoreError(
            f"{path}: damaged, its contents have another checksum than when they were written; "
            "delete it and run Snakemake again"
        )
    require_finite(dataset, f"{path}: this input holds")
    return dataset


def _fault(path: Path, error: Exception) -> str:
    """What is wrong with a file that could not be read; only one that is damaged is to be deleted.

    The library says "HDF error" of a truncated file and of one that another process has locked.
    """
    try:
        whole = path.read_bytes()
    except OSError as refusal:
        return f"cannot be read ({refusal.strerror}); the file may be good: see to its permissions"
    if _is_complete(whole):
        return (
            f"the file is good, but cannot be opened where it is ({error}): the file system may "
            "know no locks, so set HDF5_USE_FILE_LOCKING=FALSE"
        )
    return f"not a complete netCDF file ({error}); delete it and run Snakemake again"


def _is_complete(whole: bytes) -> bool:
    """Whether these bytes of a file can be read from memory, where nothing is locked."""
    try:
        with netCDF4.Dataset("in memory", memory=whole) as opened:
            for array in opened.variables.values():
                array[...]
    except (OSError, RuntimeError, ValueError):
        return False
    return True
