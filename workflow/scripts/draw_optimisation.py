"""Histories of searches for the best design of one run of the experiment and of two (mean_variance
Figs 11 and 13).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

WORDS = {
    "bayesian_common": "Bayesian, common samples",
    "bayesian_independent": "Bayesian, independent samples",
    "gradient": "gradient ascent, common samples",
}


def main(snakemake):
    style.use()
    searches = [store.read(path) for path in snakemake.input]
    figure, axes = style.new(len(searches), 4, 15.0, 3.6 * len(searches))
    for row, history in zip(axes, searches, strict=True):
        for order, (name, label) in enumerate(WORDS.items()):
            own, tint = history.sel(search=name), style.colour("", 2 * order)
            best = np.maximum.accumulate(
                own.objective.transpose("replicate", "evaluation").values, axis=1
            )
            style.median_band(
                row[0], history.evaluation, best, "", 2 * order, marker="", label=label
            )
            length = int(own.evaluations[0])
            tried = own.isel(replicate=0, evaluation=slice(length))
            row[1].plot(
                tried.evaluation, tried.objective, ".-", color=tint, markersize=4, linewidth=0.7
            )
            draw_designs(row[2 + (name != "bayesian_common")], tried, tint, style.words(label))
        row[0].set(
            xlabel="evaluation",
            ylabel="largest estimate so far [nat]",
            title="median, 10th to 90th percentile",
        )
        row[1].set(
            xlabel="evaluation", ylabel="objective [nat]", title="every evaluation of one search"
        )
        row[0].legend(fontsize=7)
        for panel, words in zip(row[2:], ("common samples", "the two others"), strict=True):
            panel.set_title(f"designs tried: {words}")
    return figure


def draw_designs(panel, tried, tint, label) -> None:
    """Where a search looked: over the evaluations for one coordinate, on the map for two."""
    if tried.sizes["coordinate"] == 1:
        panel.plot(tried.evaluation, tried.design.isel(coordinate=0), ".", color=tint, label=label)
        panel.set(xlabel="evaluation", ylabel="design")
        return
    first, second = tried.design.transpose("coordinate", "evaluation").values
    panel.plot(first, second, ".", color=tint, label=label)
    panel.set(xlabel="design of the first run", ylabel="design of the second run")
    style.map_axes(panel)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
