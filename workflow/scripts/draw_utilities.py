"""Mean, variance and objective of the divergence and of the pointwise utility over the designs."""

from boed.figures import design_axes, style
from boed.jobs import job, store
from boed.objectives import mean_variance

WORDS = {"divergence": "divergence u(d, y)", "pointwise": "pointwise u(θ, y)"}
LINES = {"samples": {"alpha": 0.5, "linewidth": 3}, "quadrature": {"linewidth": 1}}


def main(snakemake):
    style.use()
    utilities = store.read(snakemake.input[0])
    aversions = [aversion for aversion in utilities.aversion.values if aversion != 0]
    figure, (panels,) = style.new(1, 2 + len(aversions), 3.2 * (2 + len(aversions)), 3.4)
    # without sampling where that can be
    finest = utilities.source.values[0]
    first = utilities.expected_utility.sel(utility="divergence", source=finest)
    (places, label), order = design_axes.along(utilities), design_axes.row(utilities, first)
    for number, (name, words) in enumerate(WORDS.items()):
        tint, part = style.colour("", 2 * number), utilities.sel(utility=name)
        mean, variance = part.expected_utility, part.utility_variance
        objectives = [mean_variance(mean, variance, aversion) for aversion in aversions]
        for panel, value in zip(panels, [mean, variance, *objectives], strict=True):
            for source in utilities.source.values[::-1]:
                look = LINES[source] | ({"label": words} if source == finest else {})
                panel.plot(places, value.sel(source=source)[order], color=tint, **look)
        for panel, value, aversion in zip(panels[2:], objectives, aversions, strict=True):
            best = part.best_design.sel(source=finest, aversion=aversion)
            place = list(order).index(design_axes.number_of(utilities, best))
            worth = float(value.sel(source=finest)[order[place]])
            label_of_best = f"best: {design_axes.words(best)}"
            panel.plot(places[place], worth, "o", color=tint, label=label_of_best)
    title = "samples" if finest == "samples" else "thick: samples; thin: no sampling"
    panels[0].set(ylabel="expected utility [nat]", title=title)
    panels[1].set(ylabel="variance of the utility [nat²]")
    for panel, aversion in zip(panels[2:], aversions, strict=True):
        panel.set(ylabel="objective [nat]", title=f"mean − {aversion:g}·variance")
    for panel in panels:
        panel.set(xlabel=label)
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
