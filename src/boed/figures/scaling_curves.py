"""Costs over the sizes of a scaling study, with the straight lines that were fitted. Imports no
JAX.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.figures import style


class Panel(NamedTuple):
    """One measure: the fit that belongs to it, if any, its factor to the unit shown, label and
    scale.
    """

    fit: str | None
    factor: float
    label: str
    scale: str


PANELS = {
    "planned_bytes": Panel("plan", 1e-6, "memory, XLA's plan [MB]", "log"),
    "peak_bytes": Panel("memory", 1e-6, "memory, peak of the process [MB]", "linear"),
    "seconds": Panel("time", 1.0, "time of a run [s]", "log"),
    "compile_seconds": Panel(None, 1.0, "time to compile [s]", "linear"),
}
# open markers of different forms: two ways that cost the same lie on each other
MARKERS = ("o", "s", "^", "x", "D")
# what each axis has a curve for, and its name
CURVES = {"members": "mode", "iterations": "mode", "samples": "sampled_members"}
LABELS = {"members": "EKI members", "iterations": "EKI iterations", "samples": "predicted data"}


def curve_name(curve: str, value) -> str:
    """What the legend calls one value of the dimension `curve`."""
    return style.words(str(value)) if curve == "mode" else f"{value} members"


def fitted(
    sizes: Float[np.ndarray, " sizes"], values: Float[np.ndarray, " sizes"], slope: float
) -> tuple[Float[np.ndarray, " places"], Float[np.ndarray, " places"]]:
    """A least-squares line of this slope, which goes through the means, at places that are evenly
    spaced by their logarithm.
    """
    fine = np.geomspace(sizes[0], sizes[-1], 60)
    return fine, values.mean() + slope * (fine - sizes.mean())


def draw_curves(panel, scaling: xr.Dataset, name: str, axis: str) -> None:
    """One measure of every curve over the axis; where a line was fitted, it is drawn."""
    curve, measure = CURVES[axis], PANELS[name]
    sizes = scaling[axis].values.astype(float)
    for order, value in enumerate(scaling[curve].values):
        part, tint = scaling.sel({curve: value}), style.FALLBACK[2 * order % len(style.FALLBACK)]
        values, label = part[f"{name}_by_{axis}"].values * measure.factor, curve_name(curve, value)
        panel.plot(sizes, values, MARKERS[order], markersize=5, mfc="none", color=tint, label=label)
        if measure.fit:
            slope = float(part[f"{measure.fit}_slope_by_{axis}"]) * measure.factor
            panel.plot(*fitted(sizes, values, slope), color=tint, linewidth=1)
    panel.set(xscale="log", yscale=measure.scale, xlabel=LABELS[axis], ylabel=measure.label)
    panel.set_xticks(sizes, [f"{size:g}" for size in sizes])
    panel.xaxis.minorticks_off()
    if measure.scale == "linear":
        panel.set_ylim(bottom=0)
