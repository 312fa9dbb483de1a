"""Errors before and after each calibration, ours beside the published: ad_eki Table 1,
active_learning Table 2.
"""

import numpy as np

from boed.claims import published_runs
from boed.jobs import job, store

SCALES = {"total_mean_squared_error": 51.0, "local_released_mean_squared_error": 3.2}
SCALES |= {f"next_{name}": scale for name, scale in SCALES.items()}
COLUMNS = (
    "variant",
    "quantity",
    "scale",
    "stage",
    "calibration",
    "median",
    "low",
    "high",
    "published",
)


def rows(file, variant, errors, names, published):
    """One row a quantity, stage and network; MSE of the printed definition, times the factor in
    `scale` as printed.
    """
    for name in names:
        values = errors[name]
        dim = next(dim for dim in values.dims if dim.endswith("stage"))
        for when in ("before", "after") if "calibration" in values.dims else ("after",):
            select = {"calibration": when} if "calibration" in values.dims else {}
            known = published_runs.published_along(published, file, name, dim, **select)
            scale = SCALES.get(name, 1.0)
            for stage in errors[dim].values:
                own = values.sel({dim: stage, **select}).values * scale
                low, middle, high = np.quantile(own, [0.1, 0.5, 0.9])
                printed = f"{known[stage] * scale:.4g}" if stage in known else ""
                yield (
                    variant,
                    name,
                    scale,
                    stage,
                    when,
                    f"{middle:.4g}",
                    f"{low:.4g}",
                    f"{high:.4g}",
                    printed,
                )


def main(snakemake):
    published = published_runs.read(snakemake.input.published)
    table = []
    for variant, path in zip(snakemake.params.variants, snakemake.input.errors, strict=True):
        errors = store.read(path)
        names = [name for name in snakemake.params.quantities or errors.data_vars if name in errors]
        file = f"{snakemake.wildcards.study}/{variant}/{snakemake.params.name}"
        table += rows(file, variant, errors, names, published)
    return COLUMNS, table


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_table)
