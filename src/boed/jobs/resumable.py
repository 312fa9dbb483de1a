"""Long computations in batches that a killed job need not do again: a finished batch is a file
beside the output.
"""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import xarray as xr

from boed.jobs import store
from boed.jobs.progress import in_turn

LOG = logging.getLogger("boed")


def folder_for(output: str | Path) -> Path:
    """Where the finished batches of an output wait for the others."""
    return Path(output).with_suffix(".batches")


def resumed(
    count: int, compute: Callable[[int], xr.Dataset], output: str | Path, attributes: dict[str, str]
) -> list[xr.Dataset]:
    """All batches in turn; those that an earlier run of the same job finished are read.

    attributes: what the batches depend on; a batch that was made from anything else, or is damaged,
    is made again.
    """
    folder = folder_for(output)
    return [
        _one(folder / f"batch_{n:04d}.nc", n, compute, attributes)
        for n in in_turn(range(count), "batch")
    ]


def _one(path: Path, number: int, compute: Callable, attributes: dict[str, str]) -> xr.Dataset:
    """A batch from its file, or computed and written where that is missing, broken or of another
    run.
    """
    try:
        batch = store.read(path)
        if batch.attrs == attributes:
            LOG.info("batch %d is there from an earlier run", number + 1)
            return batch
    except store.StoreError:
        pass
    store.write(compute(number), path, attributes)
    return store.read(path)


def remove(output: str | Path) -> None:
    """Remove the batches of an output that is complete."""
    shutil.rmtree(folder_for(output), ignore_errors=True)
