"""One sensor in every layout: expected utility, its variance, one against the other (mean_variance
Fig. 25).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

QUANTITIES = {
    "expected_utility": "expected utility [nat]",
    "utility_variance": "variance of it [nat²]",
}


def main(snakemake):
    style.use()
    layouts, every = snakemake.params.layouts, [store.read(path) for path in snakemake.input]
    figure, axes = style.new(3, len(every), 2.7 * len(every) + 0.6, 7.6)
    allowed = [own.accessible.values.astype(bool) for own in every]
    for number, (name, words) in enumerate(QUANTITIES.items()):
        values = [own[name].values for own in every]
        seen = np.concatenate([own[free] for own, free in zip(values, allowed, strict=True)])
        levels = np.linspace(seen.min(), seen.max(), 21)
        for column, (own, free, layout) in enumerate(zip(every, allowed, layouts, strict=True)):
            drawn = style.domain_map(
                None,
                axes[number, column],
                own,
                values[column],
                free,
                layouts[layout],
                style.words(layout),
                levels,
            )
        figure.colorbar(
            drawn, ax=axes[number], shrink=0.85, format="%.2f", label=words, aspect=25, pad=0.01
        )
    for panel, own, free in zip(axes[2], every, allowed, strict=True):
        mean, variance = (own[name].values[free] for name in QUANTITIES)
        panel.plot(
            mean, variance, ".", color=style.colour("initial"), markersize=1.5, rasterized=True
        )
        for order, aversion in enumerate(own.aversion.values):
            best = own.sel(aversion=aversion)
            place = float(best.best_expected_utility), float(best.best_utility_variance)
            panel.plot(
                *place,
                "o",
                color=style.colour("", 2 * order),
                markersize=4,
                label=f"best, λ = {aversion:g}",
            )
        panel.set(xlabel="expected utility [nat]")
    limits = [
        (min(own.get_xlim()[0] for own in axes[2]), max(own.get_xlim()[1] for own in axes[2]))
    ]
    limits.append(
        (min(own.get_ylim()[0] for own in axes[2]), max(own.get_ylim()[1] for own in axes[2]))
    )
    for panel in axes[2]:
        panel.set(xlim=limits[0], ylim=limits[1])
    axes[2, 0].set_ylabel("variance of it [nat²]")
    axes[2, 0].legend(fontsize=6, loc="upper left")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
