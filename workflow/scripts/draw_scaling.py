"""ad_eki Fig. 9 and 10: memory and time of AD-EKI over members or iterations, by the way it is
differentiated.

And of the expected gain over the predicted data that it averages over, by the members (§2.4).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

PANELS = {
    "planned_bytes": ("plan", 1e-6, "memory, XLA's plan [MB]", "log"),
    "peak_bytes": ("memory", 1e-6, "memory, peak of the process [MB]", "linear"),
    "seconds": ("time", 1.0, "time of a run [s]", "log"),
    "compile_seconds": (None, 1.0, "time to compile [s]", "linear"),
}
# open markers of different forms: two ways that cost the same lie on each other
MARKERS = ("o", "s", "^", "x", "D")


# what each axis has a curve for, and its name
CURVES = {"members": "mode", "iterations": "mode", "samples": "sampled_members"}
LABELS = {"members": "EKI members", "iterations": "EKI iterations", "samples": "predicted data"}


def curve_name(curve: str, value) -> str:
    """What the legend calls one value of the dimension `curve`."""
    return style.words(str(value)) if curve == "mode" else f"{value} members"


def draw_curves(panel, scaling, name: str, axis: str) -> None:
    """One measure of every curve over the axis; where a line was fitted, it is drawn."""
    curve = CURVES[axis]
    measure, scale, label, yscale = PANELS[name]
    x = scaling[axis].values
    for order, which in enumerate(scaling[curve].values):
        part, label_of = scaling.sel({curve: which}), curve_name(curve, which)
        tint = style.FALLBACK[2 * order % len(style.FALLBACK)]
        values = part[f"{name}_by_{axis}"].values * scale
        panel.plot(x, values, MARKERS[order], markersize=5, mfc="none", color=tint, label=label_of)
        if measure:
            slope = float(part[f"{measure}_slope_by_{axis}"]) * scale
            fine = np.geomspace(x[0], x[-1], 60)
            panel.plot(fine, values.mean() + slope * (fine - x.mean()), color=tint, linewidth=1)
    panel.set(xscale="log", yscale=yscale, xlabel=LABELS[axis], ylabel=label)
    panel.set_xticks(x, [f"{value:g}" for value in x])
    panel.xaxis.minorticks_off()
    if yscale == "linear":
        panel.set_ylim(bottom=0)


def main(snakemake):
    style.use()
    scaling, axis = store.read(snakemake.input[0]), snakemake.wildcards.axis
    solvers = list(scaling.solver.values)
    figure, axes = style.new(len(solvers), len(PANELS), 3.3 * len(PANELS), 2.9 * len(solvers))
    for row, solver in zip(axes, solvers, strict=True):
        for panel, name in zip(row, PANELS, strict=True):
            draw_curves(panel, scaling.sel(solver=solver), name, axis)
            panel.set_title(str(solver))
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
