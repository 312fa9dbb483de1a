"""Bias and variance of the estimates with N, N₁ and N₂ apart, measured and predicted."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import job, leading_orders, risk_study, sample_sizes
from boed.keys import key_for
from boed.progress import in_turn
from boed.separate_samples import INNER
from boed.store import variable

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
PREDICTED = ("bias", "variance", "inner_variance")


def power(unit: str, exponent: int) -> str:
    """The unit of a bias (1) or a variance (2)."""
    return unit if exponent == 1 else {"nat": "nat2", "nat2": "nat4"}[unit]


def measured(settings: dict, seed: int, study: str) -> list:
    """[{quantity: statistics}] of all inner, numbers and designs, in this order."""
    block, problem, found = settings["sample_sizes"], risk_study.problem(settings), []
    cases = list(itertools.product(INNER, block["numbers"]))
    for inner, numbers in in_turn(cases, "inner samples and numbers"):
        every = sample_sizes.estimates(problem, tuple(numbers), inner)
        runs = sample_sizes.runs_of(tuple(numbers), block["likelihoods"])
        for design in block["designs"]:
            own = sample_sizes.exact_values(settings, design)
            keys = jax.random.split(key_for(seed, "sample_sizes", study, inner, *numbers), runs)
            pairs = zip(*every(keys, jnp.array([design]), own), own[2:], strict=True)
            found.append([sample_sizes.statistics(*pair) for pair in pairs])
    return found


def predicted(settings: dict) -> list:
    """[{quantity: (bias, variance, inner variance)}] in the same order."""
    block = settings["sample_sizes"]
    deviations = [sample_sizes.signal_and_noise(settings, design) for design in block["designs"]]
    constants = [[own(*pair) for own in leading_orders.CONSTANTS.values()] for pair in deviations]
    return [
        [leading_orders.predicted(own, tuple(numbers), inner) for own in pair]
        for inner, numbers, pair in itertools.product(INNER, block["numbers"], constants)
    ]


def existence(settings: dict) -> dict:
    """Which expectations there are at every design."""
    block = settings["sample_sizes"]
    pairs = [sample_sizes.signal_and_noise(settings, design) for design in block["designs"]]
    moments = [leading_orders.greatest_moment(*pair) for pair in pairs]
    words = "E of (p(y|θ)/p(y))^k is finite for k below this; leading orders need 2, the next ones 3"
    found = {"greatest_moment": variable("design", moments, "1", words)}
    for name, order in (("mean", 2), ("variance", 4)):
        finite = [[leading_orders.exists(*pair, first, order) for _, first, _ in block["numbers"]] for pair in pairs]
        words = f"whether the estimate of the utility's variance has a {name}, with own inner samples"
        found[f"{name}_exists"] = variable(("design", "numbers"), np.array(finite, dtype=int), "1", words)
    return found


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block = settings["sample_sizes"]
    found, expected = measured(settings, params.seed, snakemake.wildcards.study), predicted(settings)
    shape = (len(INNER), len(block["numbers"]), len(block["designs"]))
    data = {}

    def put(name, values, unit, words):
        data[name] = variable(DIMS, np.reshape(values, shape).swapaxes(1, 2), unit, words)

    for place, (quantity, unit) in enumerate(UNITS.items()):
        for name, (exponent, words) in MEASURED.items():
            put(f"{quantity}_{name}", [own[place][name] for own in found], power(unit, exponent), words)
        for order, name in enumerate(PREDICTED):
            exponent, words = MEASURED[name]
            values = np.array([own[place][order] for own in expected])
            put(f"predicted_{quantity}_{name}", values, power(unit, exponent), f"leading order: {words}")
    data |= existence(settings)
    for place, name in enumerate(("outer", "first", "second")):
        numbers = [own[place] for own in block["numbers"]]
        data[f"{name}_samples"] = variable("numbers", numbers, "1", f"number of {name} samples")
    runs = [sample_sizes.runs_of(tuple(own), block["likelihoods"]) for own in block["numbers"]]
    labels = ["_".join(map(str, own)) for own in block["numbers"]]
    return xr.Dataset(
        data
        | {
            "runs": variable("numbers", runs, "1", "independent estimates"),
            "numbers": variable("numbers", labels, "1", "N, N1 and N2"),
            "design": variable("design", block["designs"], "1", "design"),
            "inner": variable("inner", list(INNER), "1", "inner samples: own of every outcome, or shared"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
