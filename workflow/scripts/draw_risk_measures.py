"""What each risk measure says a design is worth, and the design that it prefers: beyond
mean_variance.
"""

from boed.figures import design_axes, style
from boed.jobs import job, store

WORDS = {"samples": "samples", "quadrature": "no sampling"}


def main(snakemake):
    style.use()
    measures = store.read(snakemake.input[0])
    size = measures.sizes["measure"]
    figure, (panels,) = style.new(1, size, 3.2 * size, 3.4, sharex=True)
    # without sampling where that can be
    finest = measures.source.values[0]
    first = measures.certainty_equivalent.sel(source=finest).isel(measure=0)
    (places, label), order = design_axes.along(measures), design_axes.row(measures, first)
    black, dashed = style.colour("published"), {"linestyle": "--", "linewidth": 1}
    for number, (panel, name) in enumerate(zip(panels, measures.measure.values, strict=True)):
        measure, tint = measures.sel(measure=name), style.colour("", 2 * number)
        for source in measures.source.values[::-1]:
            look = {"color": tint} if source == "samples" else {"color": black, **dashed}
            worth = measure.certainty_equivalent.sel(source=source)[order]
            panel.plot(places, worth, label=WORDS[source], **look)
        best = measure.best_design.sel(source=finest)
        place = list(order).index(design_axes.number_of(measures, best))
        words = f"best: {design_axes.words(best)}"
        panel.plot(places[place], float(worth[place]), "o", color=black, label=words)
        title = f"{style.words(name)}, {float(measure.parameter):g}"
        panel.set(xlabel=label, ylabel="worth [nat]", title=title)
        panel.legend(fontsize=7)
    design_axes.shade_forbidden(panels, measures)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
