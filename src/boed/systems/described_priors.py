"""The joint prior of a described system's parameters: kinds by name, correlated where asked, or
rows of a table; and the grid of a belief about them.
"""

import csv
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.inference import priors
from boed.inference.grid_belief import MOST_AXES, Cells
from boed.inference.priors import PRIORS, Prior

# keys of a parameter's block beside its kind
OTHER_KEYS = ("unit", "cells")
# probability that a grid leaves out at either end of a parameter, cells along it
TAIL, CELLS = 1e-4, 31


def parameters_of(
    blocks: dict, correlations: list | None = None, samples: str | None = None
) -> tuple[tuple[str, ...], tuple[str, ...], Prior]:
    """Names, units and joint prior of the settings `parameters`, `correlations` and
    `prior_samples`.

    Raises ValueError for a correlation of what is not there and for a table that does not fit.
    """
    names = tuple(blocks)
    units = tuple(block.get("unit", "1") for block in blocks.values())
    if samples is not None:
        return names, units, priors.empirical(read_samples(samples, names))
    each = [marginal(name, block) for name, block in blocks.items()]
    if correlations:
        return names, units, priors.correlated(each, correlation_matrix(names, correlations))
    return names, units, each[0] if len(each) == 1 else priors.independent(each)


def marginal(name: str, block: dict) -> Prior:
    """The prior of one parameter; ValueError unless its block names one kind."""
    kinds = [key for key in block if key not in OTHER_KEYS]
    if len(kinds) != 1 or kinds[0] not in PRIORS:
        raise ValueError(
            f"parameters.{name}: one of {', '.join(PRIORS)} is needed, not {kinds or 'nothing'}"
        )
    return PRIORS[kinds[0]](**block[kinds[0]])


def cells_of(blocks: dict) -> Cells | None:
    """Cells of every parameter, evenly spaced between the ends of its prior; `cells` of its block
    says how many. None for more parameters than a grid can hold.
    """
    if len(blocks) > MOST_AXES:
        return None
    ends = {}
    for name, block in blocks.items():
        # of each on its own, also where they are correlated
        low, high = (
            float(marginal(name, block).quantile(jnp.array([probability]))[0])
            for probability in (TAIL, 1 - TAIL)
        )
        ends[name] = low, high, block.get("cells", CELLS)
    return Cells.spanning(ends)


def correlation_matrix(
    names: tuple[str, ...], correlations: list
) -> Float[np.ndarray, "parameters parameters"]:
    """The matrix of [name, name, coefficient], one on its diagonal."""
    matrix = np.eye(len(names))
    for first, second, coefficient in correlations:
        unknown = {first, second} - set(names)
        if unknown or first == second:
            raise ValueError(
                f"correlations: [{first}, {second}, {coefficient}] needs two different parameters "
                f"of {', '.join(names)}"
            )
        pair = names.index(first), names.index(second)
        matrix[pair] = matrix[pair[::-1]] = coefficient
    return matrix


def read_samples(path: str, names: tuple[str, ...]) -> Float[np.ndarray, "samples parameters"]:
    """The columns of the named parameters from a CSV file whose first row names its columns.

    Raises ValueError that names file and row where a column is missing or a number is not finite.
    """
    try:
        with Path(path).open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise ValueError(f"prior_samples: {path} cannot be read ({error.strerror})") from error
    missing = [name for name in names if not rows or name not in rows[0]]
    if missing:
        there = ", ".join(rows[0]) if rows else "no rows"
        raise ValueError(f"{path}: no column {', '.join(missing)}; there are {there}")
    values = [[_number(row[name], f"{path}, row {n}") for name in names] for n, row in _at(rows)]
    return np.array(values)


def _at(rows: list[dict]) -> list[tuple[int, dict]]:
    """Rows with their numbers in the file, whose first row holds the names."""
    return list(enumerate(rows, start=2))


def _number(text: str | None, place: str) -> float:
    """A finite number from a table."""
    try:
        value = float(text or "nothing")
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise ValueError(f"{place}: {text!r} is no finite number")
    return value
