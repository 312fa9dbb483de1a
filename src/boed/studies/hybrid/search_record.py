"""The record of a design search of all replicates, as a dataset."""

import numpy as np
import xarray as xr

from boed.design.projected_adam import SearchInfo, SearchState
from boed.jobs.store import variable
from boed.systems.quantities import common_unit
from boed.systems.system import Designs, System


def as_written(system: System, designs: Designs) -> Designs:
    """Designs as they come back from a file, in which they stand in their units: who measures
    there goes by the file. Twice, since the first time may round them.
    """
    for _ in range(2):
        designs = system.from_units(system.in_units(designs))
    return designs


def search_dataset(system: System, state: SearchState, info: SearchInfo) -> xr.Dataset:
    """A finished search: its design, and every step's design, utility, gradient and flags."""
    path, step = ("replicate", "step", "coordinate"), ("replicate", "step")
    finite, unit = np.asarray(info.finite), common_unit(system.quantities.designs)
    slopes = np.where(finite[..., None], system.slopes_in_units(info.gradient), 0.0)
    flags = {
        "finite": (finite, "1 where utility and gradient were finite"),
        "active": (info.active, "1 until the search stopped"),
        "clipped": (info.clipped, "1 where the move window or a forbidden box cut the step"),
    }
    return xr.Dataset(
        {
            "design": variable(
                ("replicate", "coordinate"), system.in_units(state.design), unit, "chosen design"
            ),
            "path": variable(path, system.in_units(info.design), unit, "design before each step"),
            "utility": variable(
                step, np.where(finite, info.utility, 0.0), "nat", "utility, 0 if not finite"
            ),
            "left_out": variable(
                step,
                np.asarray(info.left_out, "i4"),
                "1",
                "members of the ensemble left out, since their predictions are not finite",
            ),
            "gradient": variable(path, slopes, f"nat/{unit}", "its gradient, 0 if not finite"),
        }
        | {
            name: variable(step, np.asarray(v, "i1"), "1", words)
            for name, (v, words) in flags.items()
        }
    )
