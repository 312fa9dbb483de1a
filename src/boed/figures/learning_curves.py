"""What is learned by stage: errors of the variants before and after each calibration, a strength,
and how both compare with joint design. Imports no JAX.
"""

import numpy as np
import xarray as xr

from boed.figures import style

LEARNED = {
    "strength": "source strength [concentration·length²/time]",
    "growth": "growth of v_x [length/time²]",
}


def before_and_after(quantity: xr.DataArray) -> tuple[xr.DataArray | None, xr.DataArray]:
    """A quantity before and after each stage's calibration; before: None where it was taken
    once.
    """
    if "calibration" not in quantity.dims:
        return None, quantity
    return quantity.sel(calibration="before"), quantity.sel(calibration="after")


def draw_by_stage(panel, quantity: xr.DataArray, variant: str, order: int = 0, **line) -> list:
    """Median and 10th to 90th percentile over the replicates at every stage."""
    values = quantity.transpose("replicate", "stage").values
    return style.median_band(panel, quantity.stage.values, values, variant, order, **line)


def draw_error(panel, quantity: xr.DataArray, variant: str, order: int) -> None:
    """One quantity of one variant by stage; the median before the calibrations dashed."""
    before, after = before_and_after(quantity)
    if before is not None:
        tint = style.colour(variant, order)
        median = before.median("replicate")
        panel.plot(before.stage, median, color=tint, linewidth=0.8, linestyle="--")
    draw_by_stage(panel, after, variant, order, label=style.words(variant))


def learned(history: xr.Dataset, name: str) -> xr.DataArray | None:
    """The strength (the last weight) or the growth that a history has learned; None if it has
    not.
    """
    return history.weights.isel(weight=-1) if name == "strength" else history.get(name)


def draw_learned(panel, histories: dict[str, xr.Dataset], name: str, true: float) -> None:
    """The learned strength or growth by stage; a growth also as attributed anew, dash-dotted."""
    panel.axhline(true, color=style.colour("truth"), linewidth=1, linestyle=":", label="true")
    for order, (variant, history) in enumerate(histories.items()):
        if name == "growth":
            again = history.attributed_growth.median("replicate")
            tint = style.colour(variant, order)
            panel.plot(history.stage, again, color=tint, linewidth=0.9, ls="-.")
        values = learned(history, name)
        if values is not None:
            draw_by_stage(panel, values, variant, order)


def draw_parameter(
    panel, histories: dict, joint: xr.Dataset | None, name: str, true: float
) -> None:
    """What is learned besides a network, strength or growth, beside the true one and that of the
    joint design, if there is one.
    """
    draw_learned(panel, histories, name, true)
    if joint is not None:
        draw_joint_strength(panel, joint, "mode", label="joint")
    if name == "growth":
        panel.plot([], [], color="0.3", linewidth=0.9, ls="-.", label="re-attributed")
    panel.set(ylabel=LEARNED[name])
    panel.legend(fontsize=7)


def draw_joint_strength(panel, joint: xr.Dataset, estimate: str, **line) -> None:
    """A joint belief's strength by stage, `mode` or `mean`, its own deviation as bars; medians."""
    middle, deviation = (
        joint[f"strength_{part}"].median("replicate") for part in (estimate, "deviation")
    )
    look = {"color": style.colour("joint"), "capsize": 3, "marker": "D", "linestyle": "--"} | line
    panel.errorbar(joint.stage, middle, deviation, **look)


def share(values) -> tuple[np.ndarray, np.ndarray]:
    """Sorted values, and the share of them that are no greater: an empirical distribution."""
    return np.sort(values), np.arange(1, len(values) + 1) / len(values)
