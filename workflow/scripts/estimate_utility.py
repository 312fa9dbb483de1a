"""Expected utility and utility variance over the designs: estimates from samples, and without
sampling.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import estimators
from boed.design.nested_monte_carlo import moments
from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem
from boed.studies.risk.risk_problem import SAMPLING

ESTIMATORS = estimators.Estimates._fields
QUANTITIES = {
    "expected_utility": ("nat", "expected utility"),
    "utility_variance": ("nat2", "variance of the utility"),
}
AXES = ("samples", "sampling", "run", "estimator", "design")


def runs(problem, settings: dict, designs, keys) -> dict[str, np.ndarray]:
    """{quantity: values over AXES}."""
    found = {name: [] for name in QUANTITIES}
    for samples in settings["samples"]:
        every = risk_problem.over_designs(
            estimators.estimator(problem, settings["way"], samples, designs)
        )
        for sampling, numbers in SAMPLING.items():
            for key in in_turn(keys, f"{samples} {sampling} samples: run"):
                estimates = every(numbers(key, len(designs)), designs)
                for name, parts in found.items():
                    parts.append([np.asarray(getattr(own, name)) for own in estimates])
    shape = (len(settings["samples"]), len(SAMPLING), len(keys), len(ESTIMATORS), len(designs))
    return {name: np.reshape(parts, shape) for name, parts in found.items()}


def smoothness(found: dict, exact: np.ndarray) -> dict:
    """How rough the curves of the published estimates are over the designs, how far off, and how
    they scatter.
    """
    nested = {name: values[..., ESTIMATORS.index("nested"), :] for name, values in found.items()}
    variance = nested["utility_variance"]
    rough = np.sqrt(np.mean(np.diff(variance, n=2) ** 2, axis=(2, 3)))
    off = np.mean(np.abs(variance.mean(axis=2) - exact), axis=2)
    shift = np.mean(np.abs(np.diff(variance.mean(axis=2), axis=1)[:, 0]), axis=1)
    scatter = [np.mean(v[-1, 0].std(axis=0)) / np.mean(v[-1, 0]) for v in nested.values()]
    dims = ("samples", "sampling")
    return {
        "roughness": variable(
            dims, rough, "nat2", "second difference of the variance over neighbouring designs"
        ),
        "deviation": variable(
            dims, off, "nat2", "distance of the runs' mean variance from the exact one"
        ),
        "shift": variable(
            "samples",
            shift,
            "nat2",
            "distance of the runs' mean variance between both ways of sampling",
        ),
        "relative_scatter": variable(
            "quantity", scatter, "1", "deviation over runs with most samples, part of the mean"
        ),
    }


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    problem, places = risk_problem.problem(settings), risk_problem.designs(settings)
    designs, most = jnp.asarray(places)[:, None], settings["samples"][-1]
    keys = jax.random.split(
        key_for(params.seed, "estimate_utility", snakemake.wildcards.study), settings["runs"]
    )
    found = runs(problem, settings, designs, keys)
    gains = estimators.quadrature(problem, settings["quadrature_nodes"], designs)
    same = SAMPLING["common"](keys[0], len(designs))
    exact = risk_problem.over_designs(lambda _, design: moments(gains(design)))(same, designs)
    with_errors = estimators.estimator_with_errors(problem, settings["way"], most, designs)
    _, errors = risk_problem.over_designs(with_errors)(same, designs)
    data = {}
    for name, (unit, words) in QUANTITIES.items():
        best = found[name][-1, 0, :, 0].mean(axis=0)
        data[name] = variable(
            "design", best, unit, f"{words}: mean of the runs with most, common samples"
        )
        error = getattr(errors.self_normalised, name)
        data[f"{name}_error"] = variable(
            "design", error, unit, f"standard error of one run's {words}"
        )
        data[f"exact_{name}"] = variable(
            "design", getattr(exact, name), unit, f"{words} by quadrature"
        )
        data[f"{name}_runs"] = variable(AXES, found[name], unit, f"{words}, every estimate")
    data |= smoothness(found, data["exact_utility_variance"].values)
    data["riskiest_design"] = variable(
        (), places[np.argmax(data["utility_variance"].values)], "1", "greatest variance"
    )
    aversions = np.array(settings["aversions"])[:, None]
    for prefix in ("", "exact_"):
        mean, variance = (data[prefix + name].values for name in QUANTITIES)
        objective = mean - aversions * variance
        data[f"{prefix}objective"] = variable(
            ("aversion", "design"), objective, "nat", "mean − aversion × variance"
        )
        for which, choose in (("best", np.argmax), ("worst", np.argmin)):
            chosen = places[choose(objective, axis=1)]
            data[f"{prefix}{which}_design"] = variable(
                "aversion", chosen, "1", f"{which} design of all looked at"
            )
    data |= {
        "design": variable("design", places, "1", "design"),
        "aversion": variable("aversion", settings["aversions"], "nat-1", "weight of the variance"),
        "samples": variable("samples", settings["samples"], "1", "number of samples"),
        "sampling": variable(
            "sampling", list(SAMPLING), "1", "random numbers of different designs"
        ),
        "estimator": variable("estimator", list(ESTIMATORS), "1", "estimator of the moments"),
        "quantity": variable("quantity", list(QUANTITIES), "1", "what is estimated"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
