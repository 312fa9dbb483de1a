"""A finished design search as a dataset."""

import numpy as np
import xarray as xr

from boed.search import SearchInfo, SearchState
from boed.store import variable


def search_dataset(state: SearchState, info: SearchInfo) -> xr.Dataset:
    """A finished search: its design, and for every step the design, utility, gradient and whether it moved."""
    path, step = ("replicate", "step", "coordinate"), ("replicate", "step")
    finite = np.isfinite(np.asarray(info.gradient)).all(axis=-1)
    return xr.Dataset(
        {
            "design": variable(("replicate", "coordinate"), state.design, "length", "chosen position"),
            "path": variable(path, info.design, "length", "position before each step"),
            "utility": variable(step, info.utility, "nat", "information gain there"),
            "gradient": variable(
                path, np.where(finite[..., None], info.gradient, 0.0), "nat/length", "its gradient, 0 if not finite"
            ),
            "gradient_finite": variable(step, finite.astype("i1"), "1", "1 where the gradient was finite"),
            "active": variable(step, np.asarray(info.active, "i1"), "1", "1 until the search stopped"),
            "clipped": variable(step, np.asarray(info.clipped, "i1"), "1", "1 where the move window cut the step"),
        }
    )
