"""What each risk measure says a design is worth, and the design that it prefers: beyond
mean_variance.
"""

from boed.figures import style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    measures = store.read(snakemake.input[0])
    figure, (panels,) = style.new(
        1, measures.sizes["measure"], 3.2 * measures.sizes["measure"], 3.4, sharex=True
    )
    for order, (panel, name) in enumerate(zip(panels, measures.measure.values, strict=True)):
        measure, tint = measures.sel(measure=name), style.colour("", 2 * order)
        worth = measure.certainty_equivalent
        panel.plot(measures.design, worth.sel(source="samples"), color=tint, label="samples")
        exact = worth.sel(source="quadrature")
        panel.plot(
            measures.design,
            exact,
            "--",
            color=style.colour("published"),
            linewidth=1,
            label="no sampling",
        )
        best = float(measure.best_design.sel(source="quadrature"))
        panel.plot(
            best,
            float(exact.sel(design=best)),
            "o",
            color=style.colour("published"),
            label=f"best: {best:g}",
        )
        panel.set(
            xlabel="design",
            ylabel="worth [nat]",
            title=f"{style.words(name)}, {float(measure.parameter):g}",
        )
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
