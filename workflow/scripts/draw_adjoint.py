"""active_learning App. B: what a gradient by the adjoint method costs beside reverse mode, over the
time steps.
"""

from matplotlib.ticker import NullLocator

from boed.figures import style
from boed.jobs import job, store

LABELS = {
    "reverse": "reverse mode (JAX)",
    "stored": "adjoint, states stored",
    "recomputed": "adjoint, recomputed",
}


def main(snakemake):
    style.use()
    costs = store.read(snakemake.input[0])
    figure, axes = style.new(1, 3, 10.5, 3.5)
    panels = {
        "seconds": "time of a gradient [s]",
        "peak_bytes": "peak memory [byte]",
        "difference": "from reverse mode [1]",
    }
    for panel, (name, label) in zip(axes[0], panels.items(), strict=True):
        for order, (way, words) in enumerate(LABELS.items()):
            values = costs[name].sel(way=way)
            if float(values.max()) > 0:
                panel.plot(
                    costs.steps,
                    values,
                    "o-",
                    color=style.colour(way, 2 * order),
                    markersize=4,
                    label=words,
                )
        panel.set(xlabel="time steps", ylabel=label, xscale="log", yscale="log")
        panel.set_xticks(
            costs.steps.values, [str(count) for count in costs.steps.values], minor=False
        )
        panel.xaxis.set_minor_locator(NullLocator())
    axes[0, 0].legend()
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
