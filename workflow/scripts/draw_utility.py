"""Expected utility, its variance and their difference over the designs (mean_variance
Figs 3 to 6).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

WORDS = {"nested": "as published", "self_normalised": "self-normalised weights"}


def main(snakemake):
    style.use()
    utility = store.read(snakemake.input[0])
    figure, axes = style.new(2, 4, 15.0, 7.0, sharex=True)
    for row, estimator in zip(axes, ("nested", "self_normalised"), strict=True):
        own = utility.sel(estimator=estimator)
        draw_runs(
            row[0], own.expected_utility_runs.sel(sampling="common"), utility.exact_expected_utility
        )
        row[0].set(ylabel=f"{WORDS[estimator]}\nexpected utility [nat]", title="common samples")
        for panel, sampling in zip(row[1:3], ("common", "independent"), strict=True):
            draw_runs(
                panel,
                own.utility_variance_runs.sel(sampling=sampling),
                utility.exact_utility_variance,
            )
            panel.set(ylabel="variance of the utility [nat²]", title=f"{sampling} samples")
            panel.sharey(row[1])
        draw_objective(row[3], own, utility)
    for panel in axes[-1]:
        panel.set_xlabel("design")
    axes[0, 0].legend(title="samples", fontsize=7)
    return figure


def draw_runs(panel, values, exact) -> None:
    """Median and 10th to 90th percentile over the runs for every number of samples; the values
    without sampling.
    """
    for order, samples in enumerate(values.samples.values):
        own = values.sel(samples=samples).transpose("run", "design").values
        style.median_band(
            panel, values.design, own, "", 2 * order, marker="", linewidth=1, label=f"{samples:,}"
        )
    panel.plot(
        exact.design,
        exact,
        color=style.colour("published"),
        linewidth=1,
        linestyle="--",
        label="no sampling",
    )


def draw_objective(panel, own, utility) -> None:
    """U − λV of the most samples, mean over the runs, and without sampling."""
    runs = own.isel(samples=-1).sel(sampling="common").mean("run")
    for order, aversion in enumerate(utility.aversion.values):
        tint = style.colour("", 2 * order)
        objective = runs.expected_utility_runs - aversion * runs.utility_variance_runs
        panel.plot(utility.design, objective, color=tint, label=f"{aversion:g}")
        exact = utility.exact_objective.sel(aversion=aversion)
        panel.plot(
            utility.design, exact, color=style.colour("published"), linewidth=0.7, linestyle="--"
        )
        best = int(np.argmax(objective.values))
        panel.plot(utility.design[best], objective[best], "o", color=tint, markersize=5)
    panel.set(
        ylabel="mean − λ·variance [nat]", title=f"{int(runs.samples):,} common samples, best marked"
    )
    panel.legend(title="λ [1/nat]", fontsize=7)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
