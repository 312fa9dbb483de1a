"""How every case of a sweep ends: a row a value of its first axis, a marker a combination of the
others.
"""

import numpy as np

from boed.figures import style, sweep_panels
from boed.jobs import job, store

PANELS = {
    "location_error": "distance of the MAP from the source [length]",
    "posterior_spread": "spread of the belief [length]",
    "total_relative_error": "relative error of the field [1]",
    "discrepancy_gain": "gain of the discrepancy data [nat]",
    "credible_level": "covered by the 90 % region [1]",
}
LOGARITHMIC = ("location_error", "total_relative_error")


def main(snakemake):
    style.use()
    sweep = store.read(snakemake.input[0])
    first, _ = sweep_panels.axes_of(sweep)
    combinations, heights = sweep_panels.combinations(sweep), np.arange(sweep.sizes[first])
    height = max(1.2 + 0.1 * len(heights) * (2 + len(combinations)), 2.6)
    figure, (panels,) = style.new(1, len(PANELS), 13.0, height, sharey=True)
    for order, combination in enumerate(combinations):
        part = sweep.sel(combination)
        shift = 0.7 * ((order + 0.5) / len(combinations) - 0.5)
        tint = style.FALLBACK[2 * order % len(style.FALLBACK)]
        for panel, name in zip(panels, PANELS, strict=True):
            sweep_panels.draw_ends(panel, part, name, heights + shift, tint)
        label = ", ".join(sweep_panels.words(combination))
        panels[0].plot([], [], "o", color=tint, label=label)
    for panel, (name, title) in zip(panels, PANELS.items(), strict=True):
        panel.set_xlabel(title, fontsize=8)
        if name in LOGARITHMIC:
            sweep_panels.number_logarithmically(panel)
    panels[-1].axvline(sweep_panels.REGION, color="black", linewidth=0.8, linestyle=":")
    panels[-1].set_xlim(-0.05, 1.05)
    panels[0].set_yticks(heights, [style.words(str(value)) for value in sweep[first].values])
    panels[0].invert_yaxis()
    stage, count = int(sweep.stage[-1]), sweep.sizes["replicate"]
    title = f"stage {stage}: median, 10th to 90th percentile of {count} replicates"
    figure.legend(loc="outside upper center", ncols=4, title=title)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
