"""Fields of random sources by time stepping, what the surrogate learns from
(mean_variance §4.3.2).
"""

import numpy as np
import xarray as xr

from boed.jobs import job, resumable
from boed.jobs.store import compressed, variable
from boed.keys import key_for
from boed.systems.diffusion import layout, placement, solutions
from boed.systems.diffusion.layout import Building


def main(snakemake) -> xr.Dataset:
    settings, seed = snakemake.params.settings, snakemake.params.seed
    block, buildings = settings["training"], [Building(*own) for own in settings["buildings"]]
    layout.check(buildings)
    key = key_for(seed, "simulate_training_data", snakemake.wildcards.layout)
    sources = placement.draw(key, buildings, block["sources"])
    axis, free = placement.sensors(buildings, block["nodes"])
    nodes, cells = (
        placement.accessible_nodes(buildings, block["nodes"]),
        layout.open_cells(buildings, settings["solver"]["cells"]),
    )
    parts, solve = (
        np.array_split(sources, int(np.ceil(len(sources) / block["batch"]))),
        solutions.solver(buildings, settings),
    )

    def batch(number):
        """The fields of one batch of sources at the nodes."""
        values = np.zeros((len(parts[number]), *free.shape), np.float32)
        values[:, free] = solutions.read(cells, solve(parts[number]), nodes)
        return xr.Dataset(
            {
                "concentration": variable(
                    ("source", "x", "y"), values, "concentration", "field at the sensor's time"
                )
            }
        )

    done = resumable.resumed(len(parts), batch, snakemake.output[0], job.provenance(snakemake))
    return dataset(np.concatenate([own.concentration.values for own in done]), sources, axis, free)


def dataset(values, sources, axis, free) -> xr.Dataset:
    """Fields in chunks of some sources, and where sources and nodes are."""
    long_name = "field at the sensor's time, 0 in buildings"
    concentration = variable(("source", "x", "y"), values, "concentration", long_name)
    return xr.Dataset(
        {
            "concentration": compressed(concentration, (min(50, len(values)), *free.shape)),
            "place": variable(("source", "coordinate"), sources, "length", "place of the source"),
            "accessible": variable(("x", "y"), free.astype(np.int8), "1", "1 outside of buildings"),
            "x": variable("x", axis, "length", "x"),
            "y": variable("y", axis, "length", "y"),
            "coordinate": variable("coordinate", ["x", "y"], "1", "coordinate"),
        }
    )


def save(dataset: xr.Dataset, snakemake) -> None:
    """The whole, then no more batches."""
    job.save_dataset(dataset, snakemake)
    resumable.remove(snakemake.output[0])


if __name__ == "__main__":
    job.run(main, snakemake, save=save)
