"""active_learning Table 1: errors of the field after the good and the poor design and without a
network.
"""

import numpy as np

from boed.claims import published_runs
from boed.jobs import job, store

COLUMNS = ("quantity", "learned_from", "median", "low", "high", "published")
QUANTITIES = ("model_mean_squared_error", "model_relative_error")


def main(snakemake):
    published = published_runs.read(snakemake.input.published)
    found, file = store.read(snakemake.input.designs), f"{snakemake.wildcards.study}/designs.nc"
    table = []
    for name in QUANTITIES:
        known = published_runs.published_along(published, file, name, "learned_from")
        for model in found.learned_from.values:
            low, middle, high = np.quantile(found[name].sel(learned_from=model), [0.1, 0.5, 0.9])
            printed = f"{known[model]:.4g}" if model in known else ""
            table.append((name, model, f"{middle:.4g}", f"{low:.4g}", f"{high:.4g}", printed))
    return COLUMNS, table


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
