"""What a column of the scorecard measures: a variable of a file, chosen, compared, summarised.

Imports no JAX.
"""

import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import xarray as xr

from boed.claims.statistics import STATISTICS, Bootstrap, Measured, Wanted, measure

# dimensions over which a statistic goes, the first that a variable has
REPLICATES = ("replicate", "run", "pair_number")
RELATIONS = {"ratio": xr.DataArray.__truediv__, "difference": xr.DataArray.__sub__}


class Source(NamedTuple):
    """A variable of a netCDF file at some coordinates.

    over: names in braces in `file` and their values; the files lie along a dimension `file`.
    total: a dimension to sum over. Members of an `ensemble` are averaged.
    """

    file: str
    variable: str
    select: Mapping = MappingProxyType({})
    over: Mapping = MappingProxyType({})
    total: str = ""

    def files(self) -> list[str]:
        """All files that it needs."""
        choices = itertools.product(*self.over.values())
        return [self.file.format(**dict(zip(self.over, names, strict=True))) for names in choices]


class Metric(NamedTuple):
    """A source and what is made of it: |values − target|, a relation to another, a statistic.

    relation: `ratio` or `difference` to the source `against`, element by element in each replicate;
    the statistic `ratio_of_medians` takes both as they are. along: the dimension of an order or a
    slope. bound: of the statistics that count replicates above or below one.
    """

    source: Source
    statistic: str
    along: str = ""
    bound: float = 0.0
    target: float | None = None
    against: Source | None = None
    relation: str = ""

    def files(self) -> list[str]:
        """All files that it needs."""
        return self.source.files() + (self.against.files() if self.against else [])


def parse(spec: dict) -> Metric:
    """A metric from its description in a list of claims; ValueError where that is not one."""
    given = dict(spec)
    try:
        against = given.pop("against", None)
        if against is not None:
            shared = {key: given[key] for key in Source._fields if key in given}
            against = Source(**(shared | against))
        source = Source(**{key: given.pop(key) for key in Source._fields if key in given})
        metric = Metric(source=source, against=against, **given)
    except TypeError as error:
        raise ValueError(f"{spec}: {error}") from error
    if metric.statistic not in STATISTICS:
        raise ValueError(f"unknown statistic {metric.statistic}; there are {', '.join(STATISTICS)}")
    compared = metric.statistic == "ratio_of_medians" or metric.relation in RELATIONS
    known = not metric.relation or metric.relation in RELATIONS
    if compared != (metric.against is not None) or not known:
        ways = ", ".join(("ratio_of_medians", *RELATIONS))
        raise ValueError(f"{spec}: `against` goes with one of {ways}")
    return metric


def read(source: Source, datasets: dict) -> xr.DataArray:
    """The source's values with a dimension `replicate`; KeyError where files or coordinates lack.

    ValueError where a file has no such variable or dimension: a mistake in the list of claims.
    """
    parts = []
    for name in source.files():
        dataset = datasets[name]
        unknown = [] if source.variable in dataset else [source.variable]
        dims = dataset.get(source.variable, dataset).dims
        unknown += [dim for dim in source.select if dim not in dims]
        if unknown:
            raise ValueError(f"{name} has no {', '.join(unknown)}")
        values = dataset[source.variable].sel(source.select).astype(float)
        parts.append(values.sum(source.total) if source.total else values)
    values = parts[0] if len(parts) == 1 else beside(parts, "file")
    values = values.mean("ensemble") if "ensemble" in values.dims else values
    kind = next((dim for dim in REPLICATES if dim in values.dims), None)
    values = values.expand_dims("replicate") if kind is None else values.rename({kind: "replicate"})
    return values.drop_vars("replicate", errors="ignore")


def evaluate(metric: Metric, datasets: dict, bootstrap: Bootstrap) -> Measured:
    """The metric with its interval; KeyError where a file or coordinate is not there."""
    values = read(metric.source, datasets)
    if metric.target is not None:
        values = abs(values - metric.target)
    along = metric.along
    if metric.against is not None:
        other = read(metric.against, datasets)
        if metric.relation:
            values = related(values, other, metric.relation)
        else:
            values, along = paired(values, other), "compared"
    return measure(values, Wanted(metric.statistic, along, metric.bound), bootstrap)


def related(values: xr.DataArray, other: xr.DataArray, relation: str) -> xr.DataArray:
    """The ratio or difference of both, at coordinates of their own; those of the first are kept."""
    other = other.isel(replicate=0) if other.sizes["replicate"] == 1 else other
    coordinates = {dim: values[dim] for dim in values.dims if dim in values.coords}
    return RELATIONS[relation](bare(values), bare(other)).assign_coords(coordinates)


def bare(values: xr.DataArray) -> xr.DataArray:
    """The values without coordinates, so that those at different places can be compared."""
    return values.drop_vars(list(values.coords))


def paired(values: xr.DataArray, other: xr.DataArray) -> xr.DataArray:
    """Both along a dimension `compared`; ValueError where a replicate has several of either."""
    both = [part.squeeze([d for d in part.dims if d != "replicate"]) for part in (values, other)]
    return beside([bare(part) for part in both], "compared")


def beside(parts: list[xr.DataArray], dim: str) -> xr.DataArray:
    """Arrays of the same form along a new dimension."""
    return xr.concat(parts, dim, coords="minimal", compat="override")
