"""Bias and variance of the estimates with N, N₁ and N₂ apart, as they are stored."""

from itertools import product

import numpy as np
import xarray as xr

from boed.jobs.store import variable
from boed.studies.risk import leading_orders, sample_sizes
from boed.studies.risk.designs_looked_at import region
from boed.studies.risk.quantities import QUANTITIES
from boed.studies.risk.separate_samples import INNER

DIMS = ("inner", "design", "numbers")
# statistic → power of the quantity's unit, its name in words
MEASURED = {
    "bias": (1, "mean of the estimates minus the exact value"),
    "bias_error": (1, "standard error of that bias"),
    "variance": (2, "variance of the estimates over runs"),
    "variance_error": (2, "standard error of that variance"),
    "inner_variance": (2, "variance over runs apart from that of the outer samples"),
    "inner_variance_error": (2, "standard error of that variance"),
    "median_error": (1, "median of the estimates minus the exact value"),
}
MOMENT = "E of (p(y|θ)/p(y))^k is finite for k below this; leading orders need 2, the next ones 3"


def cases(block: dict) -> list[tuple[str, tuple[int, int, int]]]:
    """Inner samples and numbers of samples, in the order in which `dataset` takes their rows."""
    return list(product(INNER, map(tuple, block["numbers"])))


def power(unit: str, exponent: int) -> str:
    """The unit of a bias (1) or a variance (2)."""
    return unit if exponent == 1 else {"nat": "nat2", "nat2": "nat4"}[unit]


def existence(settings: dict) -> dict[str, xr.Variable]:
    """Which expectations there are at every design."""
    block = settings["sample_sizes"]
    pairs = [sample_sizes.signal_and_noise(settings, design) for design in block["designs"]]
    greatest = [leading_orders.greatest_moment(*pair) for pair in pairs]
    data = {"greatest_moment": variable("design", greatest, "1", MOMENT)}
    for name, order in (("mean", 2), ("variance", 4)):
        finite = [
            [leading_orders.exists(*pair, first, order) for _, first, _ in block["numbers"]]
            for pair in pairs
        ]
        words = (
            f"whether the estimate of the utility's variance has a {name}, with own inner samples"
        )
        data[f"{name}_exists"] = variable(
            ("design", "numbers"), np.array(finite, dtype=int), "1", words
        )
    return data


def statistics(rows: list, block: dict, names, prefix: str) -> dict[str, xr.Variable]:
    """Variables of the named statistics; rows: of every case, at every design, of U and of V."""
    shape = (len(INNER), len(block["numbers"]), len(block["designs"]))
    data = {}
    for (place, (quantity, (unit, _))), name in product(enumerate(QUANTITIES.items()), names):
        exponent, words = MEASURED[name]
        values = [design[place][name] for case in rows for design in case]
        data[f"{prefix}{quantity}_{name}"] = variable(
            DIMS,
            np.reshape(values, shape).swapaxes(1, 2),
            power(unit, exponent),
            f"leading order: {words}" if prefix else words,
        )
    return data


def dataset(settings: dict, measured: list, expected: list) -> xr.Dataset:
    """What was measured and is expected of every case of `cases`."""
    block = settings["sample_sizes"]
    data = statistics(measured, block, MEASURED, "")
    data |= statistics(expected, block, sample_sizes.PREDICTED, "predicted_")
    return xr.Dataset(data | existence(settings) | axes(settings))


def axes(settings: dict) -> dict[str, xr.Variable]:
    """Numbers of samples and runs, designs, and the two kinds of inner samples."""
    block, one = settings["sample_sizes"], region(settings, 1)
    numbers = np.array(block["numbers"])
    runs = [
        np.prod(sample_sizes.runs_of(tuple(case), block["likelihoods"]))
        for case in block["numbers"]
    ]
    labels = ["_".join(map(str, case)) for case in block["numbers"]]
    inner = "inner samples: own of every outcome, or shared"
    return {
        f"{name}_samples": variable("numbers", column, "1", f"number of {name} samples")
        for name, column in zip(("outer", "first", "second"), numbers.T, strict=True)
    } | {
        "runs": variable("numbers", runs, "1", "independent estimates"),
        "numbers": variable("numbers", labels, "1", "N, N1 and N2"),
        "design": variable("design", block["designs"], one.units[0], one.names[0]),
        "inner": variable("inner", list(INNER), "1", inner),
    }
