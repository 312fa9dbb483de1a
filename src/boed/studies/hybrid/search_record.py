"""The record of a design search of all replicates, as a dataset."""

import numpy as np
import xarray as xr

from boed.design.projected_adam import SearchInfo, SearchState
from boed.jobs.store import variable


def search_dataset(state: SearchState, info: SearchInfo) -> xr.Dataset:
    """A finished search: its design, and every step's position, utility, gradient and flags."""
    path, step = ("replicate", "step", "coordinate"), ("replicate", "step")
    finite = np.asarray(info.finite)
    return xr.Dataset(
        {
            "design": variable(
                ("replicate", "coordinate"), state.design, "length", "chosen position"
            ),
            "path": variable(path, info.design, "length", "position before each step"),
            "utility": variable(
                step, np.where(finite, info.utility, 0.0), "nat", "utility, 0 if not finite"
            ),
            "gradient": variable(
                path,
                np.where(finite[..., None], info.gradient, 0.0),
                "nat/length",
                "its gradient, 0 if not finite",
            ),
            "finite": variable(
                step, finite.astype("i1"), "1", "1 where utility and gradient were finite"
            ),
            "active": variable(
                step, np.asarray(info.active, "i1"), "1", "1 until the search stopped"
            ),
            "clipped": variable(
                step, np.asarray(info.clipped, "i1"), "1", "1 where the move window cut the step"
            ),
        }
    )
