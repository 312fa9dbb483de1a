"""Expected utility, its variance and their difference over the designs (mean_variance
Figs 3 to 6).
"""

from boed.figures import estimator_curves, style
from boed.figures.estimator_curves import WORDS
from boed.jobs import job, store


def main(snakemake):
    style.use()
    utility = store.read(snakemake.input[0])
    figure, axes = style.new(2, 4, 15.0, 7.0, sharex=True)
    for row, (estimator, words) in zip(axes, WORDS.items(), strict=True):
        estimates = utility.sel(estimator=estimator)
        mean = estimates.expected_utility_runs.sel(sampling="common")
        estimator_curves.draw_runs(row[0], mean, utility.exact_expected_utility)
        row[0].set(ylabel=f"{words}\nexpected utility [nat]", title="common samples")
        for panel, sampling in zip(row[1:3], ("common", "independent"), strict=True):
            variance = estimates.utility_variance_runs.sel(sampling=sampling)
            estimator_curves.draw_runs(panel, variance, utility.exact_utility_variance)
            panel.set(ylabel="variance of the utility [nat²]", title=f"{sampling} samples")
            panel.sharey(row[1])
        estimator_curves.draw_objective(row[3], estimates, utility)
    for panel in axes[-1]:
        panel.set_xlabel("design")
    axes[0, 0].legend(title="samples", fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
