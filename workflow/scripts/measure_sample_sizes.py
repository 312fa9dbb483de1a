"""Bias and variance of the estimates with N, N₁ and N₂ apart, measured and predicted."""

import itertools

import numpy as np
import xarray as xr

from boed.design import leading_orders, sample_sizes
from boed.design.separate_samples import INNER
from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem

DIMS = ("inner", "design", "numbers")
UNITS = {"expected_utility": "nat", "utility_variance": "nat2"}
MEASURED = {
    "bias": (1, "mean of the estimates minus the exact value"),
    "bias_error": (1, "standard error of that bias"),
    "variance": (2, "variance of the estimates over runs"),
    "variance_error": (2, "standard error of that variance"),
    "inner_variance": (2, "variance over runs apart from that of the outer samples"),
    "inner_variance_error": (2, "standard error of that variance"),
    "median_error": (1, "median of the estimates minus the exact value"),
}


def power(unit: str, exponent: int) -> str:
    """The unit of a bias (1) or a variance (2)."""
    return unit if exponent == 1 else {"nat": "nat2", "nat2": "nat4"}[unit]


def existence(settings: dict) -> dict:
    """Which expectations there are at every design."""
    block = settings["sample_sizes"]
    pairs = [sample_sizes.signal_and_noise(settings, design) for design in block["designs"]]
    moments = [leading_orders.greatest_moment(*pair) for pair in pairs]
    words = (
        "E of (p(y|θ)/p(y))^k is finite for k below this; leading orders need 2, the next ones 3"
    )
    found = {"greatest_moment": variable("design", moments, "1", words)}
    for name, order in (("mean", 2), ("variance", 4)):
        finite = [
            [leading_orders.exists(*pair, first, order) for _, first, _ in block["numbers"]]
            for pair in pairs
        ]
        words = (
            f"whether the estimate of the utility's variance has a {name}, with own inner samples"
        )
        found[f"{name}_exists"] = variable(
            ("design", "numbers"), np.array(finite, dtype=int), "1", words
        )
    return found


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block, problem = settings["sample_sizes"], risk_problem.problem(settings)
    cases = list(itertools.product(INNER, map(tuple, block["numbers"])))
    found, expected = [], []
    for inner, numbers in in_turn(cases, "inner samples and numbers"):
        key = key_for(params.seed, "sample_sizes", snakemake.wildcards.study, inner, *numbers)
        found.append(sample_sizes.measured(problem, settings, numbers, inner, key))
        expected.append(sample_sizes.expected(settings, numbers, inner))
    shape = (len(INNER), len(block["numbers"]), len(block["designs"]))
    data = {}
    for prefix, values, names in (
        ("", found, MEASURED),
        ("predicted_", expected, sample_sizes.PREDICTED),
    ):
        for (place, (quantity, unit)), name in itertools.product(enumerate(UNITS.items()), names):
            exponent, words = MEASURED[name]
            numbers = np.reshape(
                [own[place][name] for case in values for own in case], shape
            ).swapaxes(1, 2)
            words = f"leading order: {words}" if prefix else words
            data[f"{prefix}{quantity}_{name}"] = variable(
                DIMS, numbers, power(unit, exponent), words
            )
    data |= existence(settings)
    for place, name in enumerate(("outer", "first", "second")):
        numbers = [own[place] for own in block["numbers"]]
        data[f"{name}_samples"] = variable("numbers", numbers, "1", f"number of {name} samples")
    runs = [
        np.prod(sample_sizes.runs_of(tuple(own), block["likelihoods"])) for own in block["numbers"]
    ]
    labels = ["_".join(map(str, own)) for own in block["numbers"]]
    return xr.Dataset(
        data
        | {
            "runs": variable("numbers", runs, "1", "independent estimates"),
            "numbers": variable("numbers", labels, "1", "N, N1 and N2"),
            "design": variable("design", block["designs"], "1", "design"),
            "inner": variable(
                "inner", list(INNER), "1", "inner samples: own of every outcome, or shared"
            ),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
