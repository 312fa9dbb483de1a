"""The file of what was measured at a step, as a table says it."""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.jobs.store import variable

Readings = Float[np.ndarray, "1 reading outputs"]


def measurement_dataset(readings: list[dict], time: float) -> xr.Dataset:
    """All readings of a step; readings: of each `design`, `outputs` and `deviations` in their
    units, None for what there is not. One replicate: a laboratory has no other.
    """
    designs = np.array([[reading["design"] for reading in readings]])
    outputs = _numbers(readings, "outputs")
    own = _numbers(readings, "deviations")
    dims = ("replicate", "reading", "output")
    return xr.Dataset(
        {
            "design": variable(
                ("replicate", "reading", "coordinate"), designs, "1", "measured design"
            ),
            "time": variable((), time, "time", "stage of the measurement"),
            "observation": variable(
                dims, np.nan_to_num(outputs), "1", "measured outputs, 0 where there is none"
            ),
            "measured": variable(
                dims, (~np.isnan(outputs)).astype("i1"), "1", "1 where the output was measured"
            ),
            "own_deviation": variable(
                dims,
                np.nan_to_num(own),
                "1",
                "deviation of the noise as the measurement says it, 0 where the noise model has it",
            ),
        }
    )


def _numbers(readings: list[dict], name: str) -> Readings:
    """Numbers of every reading, NaN for None."""
    rows = [[np.nan if n is None else n for n in reading[name]] for reading in readings]
    return np.array([rows], dtype=float)
