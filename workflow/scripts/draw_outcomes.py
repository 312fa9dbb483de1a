"""Why a design is riskier than another: gains, gains over data, posteriors, model (mean_variance
Figs 7 to 10).
"""

from itertools import cycle

from boed.figures import design_axes, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    outcomes = store.read(snakemake.input[0])
    figure, (panels,) = style.new(1, 4, 15.0, 3.6)
    for order, design in enumerate(outcomes.design.values):
        gained, tint = outcomes.sel(design=design), style.colour("", 2 * order)
        gains, words = gained.information_gain.values, f"design {design:g}"
        panels[0].hist(
            gains, bins=60, density=True, histtype="stepfilled", alpha=0.5, color=tint, label=words
        )
        panels[1].plot(
            gained.datum, gains, ".", color=tint, markersize=1.5, label=words, rasterized=True
        )
        for line, shown in zip(cycle(("-", "--", ":", "-.")), outcomes.shown.values, strict=False):
            posterior = gained.posterior.sel(shown=shown)
            datum = float(gained.shown_datum.sel(shown=shown))
            panels[2].plot(
                outcomes.parameter, posterior, line, color=tint, label=f"{words}, y = {datum:.2f}"
            )
        panels[3].plot(outcomes.parameter, gained.prediction, color=tint, label=words)
    panels[0].set(xlabel="information gain [nat]", ylabel="probability density [1/nat]")
    parameter = design_axes.label(outcomes.parameter, "parameter")
    panels[1].set(xlabel=design_axes.label(outcomes.datum), ylabel="information gain [nat]")
    panels[2].set(xlabel=parameter, ylabel=design_axes.label(outcomes.posterior))
    panels[3].set(xlabel=parameter, ylabel=design_axes.label(outcomes.prediction))
    for panel in panels:
        panel.legend(fontsize=7, markerscale=6 if panel is panels[1] else 1)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
