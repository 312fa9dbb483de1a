"""The scorecard: published claims, read from a list, judged against the files that the studies wrote.

A claim names a netCDF file, a variable and coordinates. Entries may be series: `repeat` and `along` hold lists of
coordinate values, and each combination becomes a row of its own.
"""

import itertools
from typing import NamedTuple

import numpy as np
import xarray as xr

COLUMNS = ("id", "paper", "where", "claim", "metric", "published", "reproduced", "low", "high", "verdict", "note")


class Claim(NamedTuple):
    """One row of the scorecard before it is judged.

    statistic: `value`; or `falling`/`rising`, the fraction of cases in which the values along the last listed
    coordinate of `select` fall or rise strictly. absolute, relative: tolerance on the median over replicates.
    """

    id: str
    paper: str
    where: str
    claim: str
    file: str
    variable: str
    select: dict
    statistic: str
    scale: float
    published: float
    absolute: float
    relative: float
    note: str

    @property
    def metric(self) -> str:
        """What is measured, in one line."""
        chosen = ", ".join(f"{key}={value}" for key, value in self.select.items())
        wrapped = f"{self.variable}[{chosen}]" if chosen else self.variable
        if self.statistic != "value":
            wrapped = f"{self.statistic}({wrapped})"
        if self.scale != 1:
            wrapped = f"{self.scale:g}·{wrapped}"
        return f"{self.file}: {wrapped}"


def expand(entries: list[dict]) -> list[Claim]:
    """All rows of a list of entries; raises ValueError where a series and its published values do not match."""
    claims = []
    for entry in entries:
        repeat, along = entry.get("repeat", {}), entry.get("along", {})
        steps = list(itertools.product(*along.values()))
        published = entry["published"] if along else [entry["published"]]
        if len(published) != len(steps):
            raise ValueError(f"claim {entry['id']}: {len(published)} published values for {len(steps)} coordinates")
        for outer in itertools.product(*repeat.values()):
            for inner, value in zip(steps, published, strict=True):
                series = dict(zip(along, inner, strict=True))
                repeated = dict(zip(repeat, outer, strict=True))
                inside = {key: v for key, v in repeated.items() if "{" + key + "}" not in entry["file"]}
                suffix = "".join(f"-{key}-{v}" for key, v in (repeated | series).items())
                claims.append(
                    Claim(
                        id=entry["id"] + suffix,
                        paper=entry["paper"],
                        where=entry["where"],
                        claim=entry["claim"],
                        file=entry["file"].format(**repeated),
                        variable=entry["variable"],
                        select=inside | series | entry.get("select", {}),
                        statistic=entry.get("statistic", "value"),
                        scale=entry.get("scale", 1.0),
                        published=float(value),
                        absolute=entry["tolerance"].get("absolute", 0.0),
                        relative=entry["tolerance"].get("relative", 0.0),
                        note=entry.get("note", ""),
                    )
                )
    return claims


def measured(claim: Claim, dataset: xr.Dataset) -> xr.DataArray:
    """The claim's metric for every replicate; KeyError where the file lacks a coordinate that it selects.

    Raises ValueError where it has no such variable or dimension: a mistake in the list of claims.
    """
    unknown = [] if claim.variable in dataset else [claim.variable]
    unknown += [dim for dim in claim.select if dim not in dataset.get(claim.variable, dataset).dims]
    if unknown:
        raise ValueError(f"claim {claim.id}: {claim.file} has no {', '.join(unknown)}")
    values = dataset[claim.variable].sel(claim.select) * claim.scale
    if claim.statistic in ("falling", "rising"):
        ordered = next(key for key, value in reversed(claim.select.items()) if isinstance(value, list))
        steps = values.mean("ensemble").diff(ordered) if "ensemble" in values.dims else values.diff(ordered)
        values = (steps < 0 if claim.statistic == "falling" else steps > 0).all(ordered).astype(float)
    return values.mean([dim for dim in values.dims if dim != "replicate"])


def judge(claim: Claim, dataset: xr.Dataset | None) -> dict:
    """The claim's row: median, 10th and 90th percentile over replicates, and the verdict.

    `reproduced` where the median is within the tolerance of the published value, else `differs`; `not run` without
    a dataset, or where it lacks the coordinates.
    """
    row = {"id": claim.id, "paper": claim.paper, "where": claim.where, "claim": claim.claim}
    row |= {"metric": claim.metric, "published": f"{claim.published:g}", "note": claim.note}
    empty = {"reproduced": "", "low": "", "high": "", "verdict": "not run"}
    if dataset is None:
        return row | empty
    try:
        values = measured(claim, dataset).values
    except KeyError:
        return row | empty | {"note": "this configuration does not have these coordinates"}
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    close = abs(middle - claim.published) <= claim.absolute + claim.relative * abs(claim.published)
    numbers = {"reproduced": f"{middle:.4g}", "low": f"{low:.4g}", "high": f"{high:.4g}"}
    return row | numbers | {"verdict": "reproduced" if close else "differs"}


def published_along(claims: list[Claim], file: str, variable: str, dim: str, **select) -> dict:
    """{coordinate: published value} of one series, for a figure to show beside ours."""
    return {
        claim.select[dim]: claim.published / claim.scale
        for claim in claims
        if claim.file == file
        and claim.variable == variable
        and claim.statistic == "value"
        and {key: value for key, value in claim.select.items() if key != dim} == select
    }
