"""Memory and time of the adjoint method and of reverse mode, over the number of time steps, side by
side.
"""

import numpy as np
import xarray as xr

from boed.costs import adjoint_benchmark
from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable


def main(snakemake) -> xr.Dataset:
    block, ways = snakemake.params.settings, list(adjoint_benchmark.WAYS)
    costs = [adjoint_benchmark.measured(block, steps) for steps in in_turn(block["steps"], "steps")]
    seconds, peaks = (
        np.array([[getattr(cost[way], name) for cost in costs] for way in ways])
        for name in ("seconds", "peak_bytes")
    )
    gradients = np.array([[cost[way].gradient for cost in costs] for way in ways])
    apart = np.abs(gradients - gradients[0]).max(axis=2) / np.abs(gradients[0]).max(axis=1)
    return xr.Dataset(
        {
            "seconds": variable(("way", "steps"), seconds, "s", "median time of a gradient"),
            "peak_bytes": variable(
                ("way", "steps"), peaks, "byte", "peak memory: planned by XLA, allocated by NumPy"
            ),
            "difference": variable(
                ("way", "steps"),
                apart,
                "1",
                "greatest difference from reverse mode, of its greatest",
            ),
            "way": variable(
                "way",
                ways,
                "1",
                "reverse mode, adjoint with states stored, adjoint with them recomputed",
            ),
            "steps": variable("steps", np.array(block["steps"]), "1", "time steps"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
