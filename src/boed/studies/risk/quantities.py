"""The two numbers that a design is judged by, as they are stored."""

import numpy as np
import xarray as xr

from boed.jobs.store import variable

# quantity → its unit, its name in words
QUANTITIES = {
    "expected_utility": ("nat", "expected utility"),
    "utility_variance": ("nat2", "variance of the utility"),
}


def aversion_axis(aversions) -> xr.Variable:
    """Weights of the variance, as the coordinate of the objectives."""
    return variable("aversion", np.asarray(aversions), "nat-1", "weight of the variance")
