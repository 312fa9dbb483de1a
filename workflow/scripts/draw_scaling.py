"""ad_eki Fig. 9 and 10: memory and time of AD-EKI over members or iterations, by the way it is differentiated."""

import numpy as np

from boed import job, store, style

PANELS = {
    "planned_bytes": ("plan", 1e-6, "memory, XLA's plan [MB]", "log"),
    "peak_bytes": ("memory", 1e-6, "memory, peak of the process [MB]", "linear"),
    "seconds": ("time", 1.0, "time of a run [s]", "log"),
    "compile_seconds": (None, 1.0, "time to compile [s]", "linear"),
}
# open markers of different forms: two ways that cost the same lie on each other
MARKERS = ("o", "s", "^", "x", "D")


def draw_curves(panel, scaling, name: str, axis: str) -> None:
    """One measure of every mode over the axis; where a line was fitted, it is drawn."""
    measure, scale, label, yscale = PANELS[name]
    x = scaling[axis].values
    for order, mode in enumerate(scaling.mode.values):
        part = scaling.sel(mode=mode)
        tint = style.FALLBACK[2 * order % len(style.FALLBACK)]
        values = part[f"{name}_by_{axis}"].values * scale
        panel.plot(x, values, MARKERS[order], markersize=5, mfc="none", color=tint, label=style.words(str(mode)))
        if measure:
            slope = float(part[f"{measure}_slope_by_{axis}"]) * scale
            fine = np.geomspace(x[0], x[-1], 60)
            panel.plot(fine, values.mean() + slope * (fine - x.mean()), color=tint, linewidth=1)
    panel.set(xscale="log", yscale=yscale, xlabel=f"EKI {axis}", ylabel=label)
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
