"""Mean, variance and objective of the divergence and of the pointwise utility over the designs."""

from boed.figures import style
from boed.jobs import job, store
from boed.objectives import mean_variance

WORDS = {"divergence": "divergence u(d, y)", "pointwise": "pointwise u(θ, y)"}


def main(snakemake):
    style.use()
    utilities = store.read(snakemake.input[0])
    aversions = [aversion for aversion in utilities.aversion.values if aversion != 0]
    figure, (panels,) = style.new(1, 2 + len(aversions), 3.2 * (2 + len(aversions)), 3.4)
    for order, (name, label) in enumerate(WORDS.items()):
        tint, part = style.colour("", 2 * order), utilities.sel(utility=name)
        mean, variance = part.expected_utility, part.utility_variance
        values = [
            mean,
            variance,
            *(mean_variance(mean, variance, aversion) for aversion in aversions),
        ]
        for panel, value in zip(panels, values, strict=True):
            panel.plot(part.design, value.sel(source="samples"), color=tint, alpha=0.5, linewidth=3)
            panel.plot(
                part.design, value.sel(source="quadrature"), color=tint, linewidth=1, label=label
            )
        for panel, aversion in zip(panels[2:], aversions, strict=True):
            best = float(part.best_design.sel(source="quadrature", aversion=aversion))
            worth = mean_variance(mean, variance, aversion).sel(source="quadrature", design=best)
            panel.plot(best, float(worth), "o", color=tint, label=f"best: {best:g}")
    panels[0].set(ylabel="expected utility [nat]", title="thick: samples; thin: no sampling")
    panels[1].set(ylabel="variance of the utility [nat²]")
    for panel, aversion in zip(panels[2:], aversions, strict=True):
        panel.set(ylabel="objective [nat]", title=f"mean − {aversion:g}·variance")
    for panel in panels:
        panel.set(xlabel="design")
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
