"""Numbers of single published runs, and where they lie in our distribution over replicates.

A series names a netCDF file and a variable; `along` lists coordinates and `published` their values,
`repeat` recipes that are all held against them. Both may also fill names in braces in `file`.
Imports no JAX.
"""

import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from boed.claims import metrics
from boed.claims.metrics import Source

COLUMNS = (
    "id",
    "paper",
    "where",
    "quantity",
    "recipe",
    "at",
    "published",
    "median",
    "p10",
    "p90",
    "least",
    "greatest",
)
COLUMNS += ("percentile", "replicates", "note")
KEYS = {
    "id",
    "paper",
    "where",
    "quantity",
    "file",
    "variable",
    "repeat",
    "along",
    "select",
    "total",
    "scale",
}
KEYS |= {"published", "note"}


class Run(NamedTuple):
    """One published number.

    places: its coordinates along the series. recipe: what of ours stands beside it.
    scale: what ours is multiplied by to be of the printed definition.
    """

    id: str
    paper: str
    where: str
    quantity: str
    recipe: str
    places: dict
    source: Source
    scale: float
    published: float
    note: str


def expand(entries: list[dict]) -> list[Run]:
    """All numbers of a list of series; ValueError where a series is not well formed."""
    runs = []
    for entry in entries:
        repeat, along = entry.get("repeat", {}), entry.get("along", {})
        steps = list(itertools.product(*along.values()))
        published = entry["published"] if along else [entry["published"]]
        if len(published) != len(steps) or not set(entry) <= KEYS:
            raise ValueError(
                f"series {entry['id']}: {len(published)} published values "
                f"for {len(steps)} coordinates, "
                f"or one of {', '.join(sorted(set(entry) - KEYS)) or 'no'} keys unknown"
            )
        for outer in itertools.product(*repeat.values()):
            for inner, value in zip(steps, published, strict=True):
                places = dict(zip(along, inner, strict=True))
                runs.append(one(entry, dict(zip(repeat, outer, strict=True)), places, float(value)))
    return runs


def one(entry: dict, repeated: dict, places: dict, value: float) -> Run:
    """One number of a series."""
    chosen = repeated | places
    select = {key: v for key, v in chosen.items() if "{" + key + "}" not in entry["file"]}
    select |= entry.get("select", {})
    file = entry["file"].format(**chosen)
    return Run(
        id=entry["id"],
        paper=entry["paper"],
        where=entry["where"],
        quantity=entry["quantity"],
        recipe=str(chosen.get("variant", entry.get("select", {}).get("variant", ""))),
        places=places,
        source=Source(file, entry["variable"], select, total=entry.get("total", "")),
        scale=entry.get("scale", 1.0),
        published=value,
        note=entry.get("note", ""),
    )


def read(path: str | Path) -> list[Run]:
    """The numbers of a file of series."""
    return expand(yaml.safe_load(Path(path).read_text(encoding="utf-8")))


def percentile(value: float, values: np.ndarray) -> float:
    """Percent of the values that are below this one; those equal to it count half."""
    values = np.asarray(values)
    return 100 * float(np.mean(values < value) + np.mean(values == value) / 2)


def row(run: Run, datasets: dict) -> dict:
    """The number's row of COLUMNS, all text.

    Without our numbers where this configuration has not its file. ValueError with the series' id
    where it names what a file does not have.
    """
    at = ", ".join(f"{key} {value}" for key, value in run.places.items())
    kept = ("id", "paper", "where", "quantity", "recipe", "note")
    cells = {key: getattr(run, key) for key in kept}
    cells = dict.fromkeys(COLUMNS, "") | cells | {"at": at, "published": f"{run.published:.5g}"}
    try:
        values = metrics.read(run.source, datasets) * run.scale
    except KeyError:
        return cells
    except ValueError as error:
        raise ValueError(f"series {run.id}: {error}") from error
    values = values.mean([dim for dim in values.dims if dim != "replicate"]).values
    names = ("least", "p10", "median", "p90", "greatest")
    ours = np.quantile(values, [0, 0.1, 0.5, 0.9, 1])
    cells |= {name: f"{number:.3g}" for name, number in zip(names, ours, strict=True)}
    return cells | {
        "percentile": f"{percentile(run.published, values):.0f}",
        "replicates": str(len(values)),
    }


def published_along(runs: list[Run], file: str, variable: str, dim: str, **select) -> dict:
    """{coordinate: published value} of one series, for a figure to show beside ours."""
    return {
        run.source.select[dim]: run.published / run.scale
        for run in runs
        if run.source.file == file
        and run.source.variable == variable
        and {key: value for key, value in run.source.select.items() if key != dim} == select
        and dim in run.source.select
    }
