"""Gains along a search, and of schedules beside their reference, as datasets."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from boed.inference.divergence import Divergence
from boed.jobs.store import variable
from boed.studies.assessment.gain_comparison import (
    SCHEDULES,
    Comparison,
    rank_correlation,
    relative_spread,
)
from boed.studies.assessment.gain_profile import DESIGNS

Designs = Float[np.ndarray, "replicate design 2"]


def profile_dataset(
    gains: Divergence, designs: Designs, updates: Int[np.ndarray, " replicate"]
) -> xr.Dataset:
    """Gains by replicate, design, ensemble and iteration; updates: of the design until its search
    stopped.
    """
    place, every = ("replicate", "design", "coordinate"), np.shape(gains.total)[-1]
    parts = ("replicate", "design", "ensemble", "iteration")
    return xr.Dataset(
        {
            "design": ("design", list(DESIGNS), {"units": "1", "long_name": "design"}),
            "iteration": variable("iteration", np.arange(1, every + 1), "1", "EKI iteration"),
            "position": variable(place, designs, "length", "position of the design"),
            "updates": variable(
                "replicate", updates, "1", "design updates until the search stopped"
            ),
            "information_gain": variable(parts, gains.total, "nat", "information gain"),
            "covariance_part": variable(
                parts, gains.covariance, "nat", "its part from the covariances"
            ),
            "mean_part": variable(parts, gains.mean, "nat", "its part from the shift of the mean"),
        }
    )


def described(designs: Designs, comparison: Comparison, prefix: str, along: str) -> dict:
    """The variables of the designs along one dimension."""
    by_design, by_schedule = ("replicate", along), ("replicate", "schedule", along)
    gains, reference = comparison
    variables = {
        "position": variable(
            (*by_design, "coordinate"), designs, "length", "position of the design"
        ),
        "information_gain": variable(
            by_schedule, gains.total, "nat", "information gain, mean of the ensembles"
        ),
        "covariance_part": variable(
            by_schedule, gains.covariance, "nat", "its part from the covariances"
        ),
        "mean_part": variable(
            by_schedule, gains.mean, "nat", "its part from the shift of the mean"
        ),
        "reference_gain": variable(
            by_design, reference.gain, "nat", "information gain by importance sampling"
        ),
        "effective_samples": variable(
            by_design, reference.effective_samples, "1", "its effective number of samples"
        ),
    }
    return {prefix + name: values for name, values in variables.items()}


def summaries(comparison: Comparison) -> dict:
    """How a schedule ranks the designs of the window, and how much its covariance part tells them
    apart.
    """
    dims = ("replicate", "schedule")
    return {
        "rank_correlation": variable(
            dims,
            rank_correlation(comparison),
            "1",
            "Spearman correlation of gain and reference over the window",
        ),
        "relative_spread": variable(
            dims,
            relative_spread(comparison),
            "1",
            "deviation over mean of the covariance part over the window",
        ),
    }


def comparison_dataset(
    comparison: Comparison,
    start: Float[np.ndarray, "replicate 2"],
    window: Designs,
    updates: Int[np.ndarray, " points"],
    path: Float[np.ndarray, "replicate points 2"],
) -> xr.Dataset:
    """The comparison of designs of the window, and behind them those of the searches' paths.

    start: the physical designs; updates: design updates before each design of the path.
    """
    on_grid = comparison.of_designs(slice(window.shape[1]))
    on_path = comparison.of_designs(slice(window.shape[1], None))
    return xr.Dataset(
        {
            "schedule": ("schedule", list(SCHEDULES), {"units": "1", "long_name": "EKI schedule"}),
            "updates": variable(
                "updates", updates, "1", "design updates before the design of the path"
            ),
            "start": variable(("replicate", "coordinate"), start, "length", "physical design"),
            **described(window, on_grid, prefix="", along="design"),
            **described(path, on_path, prefix="path_", along="updates"),
            **summaries(on_grid),
        }
    )
