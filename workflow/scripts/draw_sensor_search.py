"""Bayesian optimisation of sensors: where it looks and how soon it is good (mean_variance Figs 18,
23, 28).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    found, buildings = store.read(snakemake.input.search), snakemake.params.buildings
    aversions = found.aversion.values
    figure, axes = style.new(2, len(aversions), 4.2 * len(aversions), 7.2)
    for order, aversion in enumerate(aversions):
        own, (above, below) = found.sel(aversion=aversion), axes[:, order]
        tried = own.objective.transpose("replicate", "evaluation").values
        designs = own.design.transpose("replicate", "evaluation", "coordinate").values
        designs = designs.reshape(*tried.shape, -1, 2)
        style.domain(above, buildings)
        # the first search in the order of its evaluations, the ends of all
        shades = above.scatter(
            *designs[0].reshape(-1, 2).T,
            c=np.repeat(np.arange(1, tried.shape[1] + 1), designs.shape[2]),
            s=18,
            cmap="viridis",
        )
        for pair in designs[0] if designs.shape[2] > 1 else ():
            above.plot(*pair.T, "-", color="0.6", linewidth=0.5, zorder=0)
        ends = designs[np.arange(len(tried)), tried.argmax(axis=1)]
        for number, pair in enumerate(ends):
            label = "best of each search" if number == 0 else None
            above.plot(
                *pair.T,
                "-*",
                color=style.colour("truth"),
                markersize=8,
                linewidth=0.7,
                alpha=0.7,
                label=label,
            )
        figure.colorbar(shades, ax=above, shrink=0.7, label="evaluation of the first search")
        style.map_axes(above, f"λ = {aversion:g}")
        above.set(xlabel="x [length]", ylabel="y [length]")
        level = float(own.reference_objective)
        best = np.maximum.accumulate(tried, axis=1)
        count = np.arange(1, best.shape[1] + 1)
        style.median_band(
            below,
            count,
            best,
            "",
            2 * order,
            marker="",
            label="best so far: median, 10th to 90th percentile",
        )
        below.plot(count, tried[0], ".", color="0.5", label="first search")
        below.axhline(
            level,
            color=style.colour("published"),
            linewidth=0.8,
            linestyle="--",
            label=snakemake.params.reference,
        )
        middle = np.median(own.evaluations_needed)
        when = (
            f"{middle:g} evaluations"
            if middle <= len(count)
            else f"more than {len(count)} evaluations"
        )
        when = f"within {snakemake.params.near:.0%} after {when}"
        below.set(
            xlabel="evaluation",
            ylabel=f"mean − {aversion:g}·variance [nat]" if aversion else "expected utility [nat]",
            title=f"{when} (median)",
            ylim=(min(np.quantile(tried, 0.1), best[:, 0].min()), None),
        )
    axes[0, 0].legend(fontsize=7)
    axes[1, 0].legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
