"""Our errors beside the published ones: ad_eki Table 1, active_learning Tables 1 and 2.

Imports no JAX.
"""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from boed.claims.published_runs import Run, published_along

# mean squared errors of the printed definition are ours times these
SCALES = {"total_mean_squared_error": 51.0, "local_released_mean_squared_error": 3.2}
SCALES |= {f"next_{name}": scale for name, scale in SCALES.items()}
FIELD_COLUMNS = (
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
MODEL_COLUMNS = ("quantity", "learned_from", "median", "low", "high", "published")
MODEL_QUANTITIES = ("model_mean_squared_error", "model_relative_error")


def numbers(values: np.ndarray, published: float | None) -> tuple[str, str, str, str]:
    """Median, 10 % and 90 % points over replicates, and what was published, of which there may be
    nothing.
    """
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    printed = "" if published is None else f"{published:.4g}"
    return f"{middle:.4g}", f"{low:.4g}", f"{high:.4g}", printed


def field_errors(
    variant: str, file: str, errors: xr.Dataset, names: list[str], published: list[Run]
) -> Iterator[tuple]:
    """One row of FIELD_COLUMNS a quantity, stage and network, as printed: times the factor in
    `scale`.

    file: under which name the published runs know the dataset `errors`.
    """
    for name in names:
        values, scale = errors[name], SCALES.get(name, 1.0)
        dim = next(dim for dim in values.dims if dim.endswith("stage"))
        calibrated = "calibration" in values.dims
        for when in ("before", "after") if calibrated else ("after",):
            select = {"calibration": when} if calibrated else {}
            known = published_along(published, file, name, dim, **select)
            for stage in errors[dim].values:
                ours = values.sel({dim: stage, **select}).values * scale
                theirs = known[stage] * scale if stage in known else None
                yield variant, name, scale, stage, when, *numbers(ours, theirs)


def model_errors(file: str, designs: xr.Dataset, published: list[Run]) -> Iterator[tuple]:
    """One row of MODEL_COLUMNS a quantity and model: after the good and the poor design, and
    without a network.

    file: under which name the published runs know the dataset `designs`.
    """
    for name in MODEL_QUANTITIES:
        known = published_along(published, file, name, "learned_from")
        for model in designs.learned_from.values:
            ours = designs[name].sel(learned_from=model).values
            yield name, model, *numbers(ours, known.get(model))
