"""Histories of searches for the best design of one run of the experiment and of two (mean_variance
Figs 11 and 13).
"""

from boed.figures import searches, style
from boed.jobs import job, store

WORDS = {
    "bayesian_common": "Bayesian, common samples",
    "bayesian_independent": "Bayesian, independent samples",
    "gradient": "gradient ascent, common samples",
}
LINE = {"markersize": 4, "linewidth": 0.7}


def main(snakemake):
    style.use()
    histories = [store.read(path) for path in snakemake.input]
    figure, axes = style.new(len(histories), 4, 15.0, 3.6 * len(histories))
    for row, history in zip(axes, histories, strict=True):
        for order, (name, label) in enumerate(WORDS.items()):
            search, tint = history.sel(search=name), style.colour("", 2 * order)
            best, look = searches.best_so_far(search.objective), {"marker": "", "label": label}
            style.median_band(row[0], history.evaluation, best, "", 2 * order, **look)
            # the first search, without what fills it up to the length of the longest
            tried = search.isel(replicate=0, evaluation=slice(int(search.evaluations[0])))
            row[1].plot(tried.evaluation, tried.objective, ".-", color=tint, **LINE)
            panel = row[2] if name == "bayesian_common" else row[3]
            searches.draw_designs(panel, tried, tint, style.words(label))
        row[0].set(ylabel="largest estimate so far [nat]", title="median, 10th to 90th percentile")
        row[1].set(ylabel="objective [nat]", title="every evaluation of one search")
        for panel in row[:2]:
            panel.set_xlabel("evaluation")
        row[0].legend(fontsize=7)
        for panel, words in zip(row[2:], ("common samples", "the two others"), strict=True):
            panel.set_title(f"designs tried: {words}")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
