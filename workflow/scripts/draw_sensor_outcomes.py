"""Gains of simulated outcomes at the best sensors, and the posteriors of the worst.

mean_variance Figs 17, 19, 22, 24, 27, 29 to 31.
"""

import numpy as np

from boed.figures import sensor_maps, style
from boed.jobs import job, store

BAR = {"shrink": 0.7, "label": "posterior probability of a cell", "pad": 0.01}


def main(snakemake):
    style.use()
    outcomes, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    rows, columns = outcomes.sizes["aversion"], outcomes.sizes["worst"]
    size, widths = (2.9 * (columns + 1.4), 3.0 * rows), [1.6] + [1] * columns
    figure, axes = style.new(rows, columns + 1, *size, width_ratios=widths)
    bins = np.linspace(0, outcomes.information_gain.values.max(), 60)
    # the same colours in all panels
    top = float(outcomes.worst_posterior.max())
    for order, (row, aversion) in enumerate(zip(axes, outcomes.aversion.values, strict=True)):
        part = outcomes.sel(aversion=aversion)
        sensor_maps.draw_gains(row[0], part, bins, style.colour("", 2 * order))
        for number, panel in enumerate(row[1:]):
            worst, sensors = part.isel(worst=number), part.sensor.values
            drawn = sensor_maps.draw_posterior(panel, worst, sensors, buildings, top)
    highest = max(panel.get_ylim()[1] for panel in axes[:, 0])
    for panel in axes[:, 0]:
        panel.set_ylim(0, highest)
    figure.colorbar(drawn, ax=axes[:, 1:], **BAR)
    marks = axes[0, 1].get_legend_handles_labels()
    figure.legend(*marks, loc="outside lower right", ncols=2, fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
