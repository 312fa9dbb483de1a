"""Exact maps of one sensor beside the maps from samples: seconds, how far apart they are, what the
difference costs.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import xarray as xr

COLUMNS = (
    "layout",
    "exact_seconds",
    "training_seconds",
    "sampled_seconds",
    "utility_error",
    "variance_error",
    "aversion",
    "relative_regret",
)


class Seconds(NamedTuple):
    """Wall times of the jobs that make a layout's maps."""

    exact: float
    training: float
    sampled: float


def seconds(path: str | Path) -> float:
    """Wall time of a job by Snakemake's own account."""
    with open(path, newline="", encoding="utf-8") as stream:
        return float(next(csv.DictReader(stream, delimiter="\t"))["s"])


def rows(layout: str, times: Seconds, sampled_map: xr.Dataset) -> list[list[str]]:
    """Rows of COLUMNS, one an aversion."""
    errors = [f"{float(error):.2g}" for error in sampled_map.sampling_error]
    start = [layout, *(f"{value:.3g}" for value in times), *errors]
    regrets = zip(sampled_map.aversion.values, sampled_map.relative_regret.values, strict=True)
    return [[*start, f"{aversion:g}", f"{regret:.2g}"] for aversion, regret in regrets]
