"""Random pairs of sensors, the best for every weight of the variance, and searches (mean_variance Figs 20 to 23)."""

import numpy as np
from matplotlib.patches import Rectangle

from boed import job, store, style


def main(snakemake):
    style.use()
    found, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    figure, (panels,) = style.new(1, 3, 12.0, 3.8)
    tints = [style.colour("", 2 * order) for order in range(found.sizes["aversion"])]
    mean, variance = found.expected_utility.values, found.utility_variance.values
    panels[0].plot(mean, variance, ".", color=style.colour("initial"), markersize=3)
    for left, right, bottom, top in buildings:
        panels[1].add_patch(Rectangle((left, bottom), right - left, top - bottom, facecolor="0.6", edgecolor="0.2"))
    for tint, aversion in zip(tints, found.aversion.values, strict=True):
        own, words = found.sel(aversion=aversion), f"λ = {aversion:g}"
        place = float(own.best_expected_utility), float(own.best_utility_variance)
        panels[0].plot(*place, "o", color=tint, label=f"best for {words}")
        tried = own.objective.transpose("replicate", "evaluation").values
        designs = own.design.transpose("replicate", "evaluation", "coordinate").values
        ends = designs[np.arange(len(tried)), tried.argmax(axis=1)].reshape(-1, 2, 2)
        for pair in ends:
            panels[1].plot(*pair.T, "-o", color=tint, markersize=4, linewidth=0.7)
        best = np.maximum.accumulate(tried, axis=1)
        level = float((mean - aversion * variance).max())
        style.median_band(
            panels[2], np.arange(1, best.shape[1] + 1), best - level, "", 2 * tints.index(tint), marker="", label=words
        )
    panels[0].set(xlabel="expected utility [nat]", ylabel="variance of the utility [nat²]", title="random pairs")
    panels[1].set(xlabel="x [length]", ylabel="y [length]", xlim=(0, 1), ylim=(0, 1))
    style.map_axes(panels[1], "pairs that the searches end with")
    panels[2].axhline(0, color=style.colour("published"), linewidth=0.8, linestyle="--")
    panels[2].set(
        xlabel="evaluation",
        ylabel="above the best random pair [nat]",
        title="searches: median, 10th to 90th percentile",
    )
    for panel in (panels[0], panels[2]):
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
