"""Gains of simulated outcomes at the best sensors, and the posteriors of the worst.

mean_variance Figs 17, 19, 22, 24, 27, 29 to 31.
"""

import numpy as np
from matplotlib.colors import PowerNorm

from boed.figures import style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    found, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    rows, columns = found.sizes["aversion"], found.sizes["worst"]
    figure, axes = style.new(
        rows, columns + 1, 2.9 * (columns + 1.4), 3.0 * rows, width_ratios=[1.6] + [1] * columns
    )
    gains = found.information_gain.values
    bins = np.linspace(0, gains.max(), 60)
    top = float(found.worst_posterior.max())
    for order, (row, aversion) in enumerate(zip(axes, found.aversion.values, strict=True)):
        own, tint = found.sel(aversion=aversion), style.colour("", 2 * order)
        row[0].hist(own.information_gain, bins=bins, density=True, color=tint, alpha=0.7)
        row[0].axvline(float(own.mean_gain), color="black", linewidth=0.9)
        row[0].set(
            xlabel="information gain [nat]",
            ylabel="probability density [1/nat]",
            title=(
                f"best for λ = {aversion:g}: {float(own.mean_gain):.2f} ± "
                f"{float(own.gain_deviation):.2f} nat"
            ),
        )
        for number, panel in enumerate(row[1:]):
            drawn = posterior(panel, own.isel(worst=number), own.sensor.values, buildings, top)
    highest = max(row[0].get_ylim()[1] for row in axes)
    for row in axes:
        row[0].set_ylim(0, highest)
    figure.colorbar(
        drawn, ax=axes[:, 1:], shrink=0.7, label="posterior probability of a cell", pad=0.01
    )
    marks = axes[0, 1].get_legend_handles_labels()
    figure.legend(*marks, loc="outside lower right", ncols=2, fontsize=8)
    return figure


def posterior(panel, outcome, sensors, buildings, top: float):
    """One posterior, the source that gave the datum, the sensors; the same colours in
    all panels.
    """
    scale = PowerNorm(0.5, vmin=0, vmax=top)
    drawn = panel.imshow(
        outcome.worst_posterior.values.T,
        origin="lower",
        extent=(0, 1, 0, 1),
        cmap="magma_r",
        norm=scale,
    )
    style.domain(panel, buildings)
    panel.plot(
        *outcome.worst_place.values,
        "+",
        color="tab:cyan",
        markersize=10,
        markeredgewidth=2,
        label="source",
    )
    panel.plot(*sensors.T, "^", color="tab:green", markersize=7, label="sensor")
    style.map_axes(panel, f"{float(outcome.worst_gain):.2f} nat")
    panel.set(xticks=[0, 1], yticks=[0, 1])
    return drawn


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
