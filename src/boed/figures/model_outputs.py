"""A described system's truth and models over the designs, beliefs about its parameters, and what a
laboratory is told. Imports no JAX.
"""

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.figures import style

LOOKS = {"physical": ("o", "for the parameters"), "discrepancy": ("^", "for the model")}
CHOSEN = {
    "recommended": ("-", "recommended"),
    "most_expected": ("-.", "most expected"),
    "risk_averse": (":", "least bad luck"),
}


def in_the_middle(errors: xr.DataArray) -> int:
    """The replicate whose error at the last stage has as many above it as below."""
    last = errors.isel(stage=-1).values
    return int(np.argsort(last, kind="stable")[len(last) // 2])


def label(name: str, unit: str) -> str:
    """A quantity's name with its unit, if it has one."""
    return name if unit in ("1", "") else f"{name} [{unit}]"


def draw_curves(panel, outputs: xr.Dataset, output: str, replicate: int) -> None:
    """Truth, model before any data and model after the last stage over a single coordinate, with
    gaps where designs are forbidden; of a model that learned nothing one line for both.
    """
    design = outputs.design.isel(coordinate=0).values
    ends = outputs["forbidden"].values if "forbidden" in outputs else np.empty((0, 2))
    gaps = np.searchsorted(design, ends[:, 0])
    place, true = (np.insert(v, gaps, np.nan) for v in (design, outputs.true.sel(output=output)))
    panel.plot(place, true, color=style.colour("truth"), label="truth")
    shown = outputs.sel(output=output).isel(replicate=replicate)
    first, last = (shown.modelled.isel(stage=number) for number in (0, -1))
    estimated = shown.estimated.isel(stage=-1)
    lines = [
        (first, "before", "model"),
        (last, "after", "with what it learned"),
        (estimated, "predicted", "and estimated parameters"),
    ]
    if np.array_equal(first, last):
        lines = [
            (first, "before", "model with true parameters"),
            (estimated, "predicted", "with estimated ones"),
        ]
    for line, tint, words in lines:
        panel.plot(place, np.insert(line, gaps, np.nan), color=style.colour(tint), label=words)
    name = str(outputs.coordinate.values[0])
    panel.set_xlabel(label(name, outputs.design.attrs["units"]))
    panel.set_ylabel(label(output, outputs.true.attrs["units"]))


def draw_data(
    panel, measurements: dict[str, list[xr.Dataset]], output: int, replicate: int
) -> None:
    """Measurements of both kinds of designs."""
    looks = {
        "physical": ("o", "data for the parameters"),
        "discrepancy": ("^", "data for the model"),
    }
    for kind, (marker, words) in looks.items():
        parts = [part.isel(replicate=replicate) for part in measurements[kind]]
        if parts:
            place = [float(part.design[0]) for part in parts]
            seen = [float(part.observation[output]) for part in parts]
            panel.plot(place, seen, marker, mfc="none", color="black", label=words)


def draw_errors(panel, outputs: xr.Dataset) -> None:
    """Errors by stage, median and 10th to 90th percentile over replicates."""
    looks = {
        "error": ("after", "true parameters"),
        "estimated_error": ("predicted", "estimated ones"),
    }
    for order, (name, (tint, words)) in enumerate(looks.items()):
        values = outputs[name].transpose("replicate", "stage").values
        style.median_band(panel, outputs.stage.values, values, tint, order, label=words)
    panel.set(xlabel="stage", ylabel="relative error of the model", ylim=(0, None))
    panel.legend(title="with the", fontsize=7, title_fontsize=7)


def parameters(belief: xr.Dataset) -> list[str]:
    """Names of the parameters that a belief on a grid is about; of particles none."""
    return [] if "particles" in belief else list(belief.log_probability.dims)


def marginal(belief: xr.Dataset, name: str) -> Float[np.ndarray, " cells"]:
    """Density of one parameter, whatever the others."""
    others = [dim for dim in belief.log_probability.dims if dim != name]
    probability = np.exp(belief.log_probability).sum(others)
    return (probability / probability.integrate(name)).values


def draw_marginal(panel, belief: xr.Dataset, name: str, true: float | None) -> None:
    """Density of one parameter at the last stage, and its true value, if there is one."""
    panel.plot(belief[name], marginal(belief, name), color=style.colour("after"))
    if true is not None:
        panel.axvline(true, color=style.colour("truth"), linestyle=":", label="true")
    panel.set(xlabel=label(name, belief[name].attrs["units"]), yticks=[])
    panel.set_ylabel("probability density")


def draw_gains(panel, told: xr.Dataset) -> None:
    """Expected gain and its tenth percentile: over a single design, or over all that were looked at
    in the order of their gain.
    """
    one = told.sizes["coordinate"] == 1
    values = told.place.values[:, 0] if one else -told.expected_gain.values
    order = np.argsort(values, kind="stable")
    places = values[order] if one else np.arange(len(order))
    panel.plot(places, told.expected_gain.values[order], label="expected")
    panel.plot(places, told.tenth_percentile.values[order], "--", label="tenth percentile")
    if one:
        for choice, (line, words) in CHOSEN.items():
            place = float(told.chosen.sel(choice=choice)[0])
            panel.axvline(place, color=style.colour("truth"), ls=line, lw=1, label=words)
    name, unit = (str(told[part].values[0]) for part in ("coordinate", "coordinate_unit"))
    panel.set_xlabel(label(name, unit) if one else "designs, by expected gain")
    panel.set_ylabel("information gain [nat]")
    panel.legend(fontsize=7)


def draw_readings(panel, measurements: dict[str, list[xr.Dataset]], labels: dict[str, str]) -> None:
    """What was measured so far over the first design; labels: of `design` and `output`."""
    for kind, (marker, words) in LOOKS.items():
        parts = measurements[kind]
        places = [v for p in parts for v in p.design.values[0, :, 0]]
        values = [np.where(p.measured > 0, p.observation, np.nan)[0] for p in parts]
        if places:
            panel.plot(places, np.concatenate(values), marker, ls="", label=words)
    panel.set_xlabel(labels["design"])
    panel.set_ylabel(labels["output"])
    if panel.get_legend_handles_labels()[0]:
        panel.legend(fontsize=7)
