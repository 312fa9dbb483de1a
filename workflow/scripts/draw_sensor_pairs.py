"""Random pairs of sensors, and the best for every weight of the variance (mean_variance Figs 20,
21).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

SHOWN = 15


def main(snakemake):
    style.use()
    found, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    aversions = found.aversion.values
    figure, (panels,) = style.new(1, 1 + len(aversions), 4.0 * (1 + len(aversions)), 3.6)
    mean, variance = found.expected_utility.values, found.utility_variance.values
    panels[0].plot(mean, variance, ".", color=style.colour("initial"), markersize=3)
    for order, (panel, aversion) in enumerate(zip(panels[1:], aversions, strict=True)):
        own, objective = found.sel(aversion=aversion), mean - aversion * variance
        place = float(own.best_expected_utility), float(own.best_utility_variance)
        panels[0].plot(
            *place, "o", color=style.colour("", 2 * order), label=f"best for λ = {aversion:g}"
        )
        best = np.argsort(-objective)[:SHOWN]
        style.domain(panel, buildings)
        for rank, pair in enumerate(found.pair.values[best][::-1]):
            shade = (rank + 1) / len(best)
            panel.plot(
                *pair.reshape(2, 2).T,
                "-o",
                color=style.colour("", 2 * order),
                alpha=shade**3,
                markersize=4,
            )
        style.map_axes(
            panel,
            f"the best {len(best)} of {len(objective)} for λ = {aversion:g}: "
            f"{objective.max():.2f} nat",
        )
        panel.set(xlabel="x [length]", ylabel="y [length]")
    panels[0].set(
        xlabel="expected utility [nat]",
        ylabel="variance of the utility [nat²]",
        title="random pairs",
    )
    panels[0].legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
