"""How the estimate of the utility's variance converges with the number of samples, at
one design.
"""

from functools import partial
from typing import NamedTuple

import jax
import numpy as np
import xarray as xr
from jaxtyping import Float, Key

from boed.arrays import AnyArray
from boed.design.estimators import Estimates, SampledUtility, sampled_utility
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import moments
from boed.design.utility_problem import Design, Problem
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for

ESTIMATORS = Estimates._fields
DIMS = ("estimator", "samples")
PerNumber = Float[np.ndarray, "estimator samples"]


def exact_variance(problem: Problem, nodes: int, design: Design) -> float:
    """V of a design by quadrature, nat²."""
    gains = gain_quadrature(problem, nodes, design[None])
    return float(jax.jit(lambda design: moments(gains(design)))(design).utility_variance)


@partial(jax.jit, static_argnums=0)
def repeated(utility: SampledUtility, keys: Key[AnyArray, " runs"], design: Design) -> Estimates:
    """The estimates of every key, (runs,) each."""
    return jax.lax.map(lambda key: utility.estimates(key, design), keys)


def estimates(
    problem: Problem, settings: dict, design: Design, labels: tuple[int, str]
) -> Float[np.ndarray, "estimator samples run"]:
    """V̂ of every estimator, number of samples and run; labels: root seed and study."""
    (seed, study), block, values = labels, settings["convergence"], []
    for samples in in_turn(block["samples"], "number of samples"):
        utility = sampled_utility(problem, settings["way"], samples, design[None])
        keys = jax.random.split(key_for(seed, "measure_convergence", study, samples), block["runs"])
        both = repeated(utility, keys, design)
        values.append([np.asarray(estimate.utility_variance) for estimate in both])
    return np.moveaxis(np.array(values), 0, 1)


class BiasFits(NamedTuple):
    """Bias with its standard error, c of the published bias c/N, and the bias' slope over N, both
    in logarithms.
    """

    bias: PerNumber
    error: PerNumber
    coefficient: Float[np.ndarray, " estimator"]
    slope: Float[np.ndarray, " estimator"]


def bias_fits(
    values: Float[np.ndarray, "estimator samples run"],
    exact: float,
    samples: Float[np.ndarray, " samples"],
) -> BiasFits:
    """Of estimates of a variance that is exactly known; c by least squares in units of the
    errors.
    """
    bias = values.mean(axis=2) - exact
    error = np.sqrt(values.var(axis=2, ddof=1) / values.shape[2])
    weight = np.sum(1 / samples**2 / error**2, axis=1)
    coefficient = np.sum(bias / samples / error**2, axis=1) / weight
    return BiasFits(bias, error, coefficient, slope=slopes(samples, np.abs(bias)))


def slopes(samples: Float[np.ndarray, " samples"], values: PerNumber):
    """Slope of every row of positive values over the number of samples, both in logarithms."""
    return np.array([np.polyfit(np.log(samples), np.log(row), 1)[0] for row in values])


def dataset(
    values: Float[np.ndarray, "estimator samples run"], exact: float | None, numbers: list[int]
) -> xr.Dataset:
    """Estimates and their variance, their bias where the variance of the utility is known exactly,
    and how these fall with the numbers of samples.
    """
    samples, variance = np.array(numbers, dtype=float), values.var(axis=2, ddof=1)
    slope = "slope of that variance over N, both in logarithms"
    data = {
        "utility_variance": variable(
            (*DIMS, "run"), values, "nat2", "estimate of the utility's variance"
        ),
        "variance": variable(DIMS, variance, "nat4", "variance of the estimates"),
        "variance_slope": variable("estimator", slopes(samples, variance), "1", slope),
        "samples": variable("samples", numbers, "1", "number of samples"),
        "estimator": variable("estimator", list(ESTIMATORS), "1", "estimator of the moments"),
    }
    if exact is not None:
        data |= bias_variables(bias_fits(values, exact, samples), exact, samples)
    return xr.Dataset(data)


def bias_variables(
    fit: BiasFits, exact: float, samples: Float[np.ndarray, " samples"]
) -> dict[str, xr.Variable]:
    """The exact value, and what is fitted to the bias."""
    distance = np.abs(fit.bias - fit.coefficient[:, None] / samples) / fit.error
    slope = "slope of that bias over N, both in logarithms"
    return {
        "exact_utility_variance": variable((), exact, "nat2", "the same without sampling"),
        "bias": variable(DIMS, fit.bias, "nat2", "mean of the estimates minus the exact value"),
        "bias_error": variable(DIMS, fit.error, "nat2", "standard error of that bias"),
        "bias_from_fit": variable(DIMS, distance, "1", "distance from c/N in standard errors"),
        "bias_coefficient": variable(
            "estimator", fit.coefficient, "nat2", "c of the fitted bias c/N"
        ),
        "bias_slope": variable("estimator", fit.slope, "1", slope),
    }
