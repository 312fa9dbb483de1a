"""Measured over predicted bias and variance of the estimates, for N, N₁ and N₂ apart."""

import numpy as np

from boed.figures import estimator_curves, style
from boed.jobs import job, store

ROWS = {"expected_utility": "Û", "utility_variance": "V̂"}
COLUMNS = ("bias", "variance")
# marker, and how far to the right
INNER = {"own": ("o", 0.0), "shared": ("x", 0.08)}


def main(snakemake):
    style.use()
    sizes = store.read(snakemake.input[0])
    numbers = np.arange(sizes.sizes["numbers"])
    figure, axes = style.new(2, 2, 10.0, 6.4, sharex=True, sharey=True)
    for row, (quantity, symbol) in zip(axes, ROWS.items(), strict=True):
        for panel, column in zip(row, COLUMNS, strict=True):
            for order, design in enumerate(sizes.design.values):
                for inner, (mark, shift) in INNER.items():
                    ratio = estimator_curves.ratios(
                        sizes.sel(inner=inner, design=design), quantity, column
                    )
                    places = numbers + 0.22 * (order - 1) + shift
                    look = {"fmt": mark, "label": f"d = {design:g}, {inner} inner samples"}
                    tint = style.colour("", 2 * order)
                    estimator_curves.draw_ratios(panel, places, ratio, color=tint, **look)
            panel.axhline(1.0, color=style.colour("published"), linewidth=1, linestyle="--")
            title = f"{column} of {symbol}, measured / leading order"
            panel.set(ylim=(0, estimator_curves.HIGHEST), title=title)
    for panel in axes[1]:
        panel.set_xticks(numbers, [name.replace("_", "\n") for name in sizes.numbers.values])
        panel.set(xlabel="N, N₁, N₂")
    axes[0, 0].legend(fontsize=7, loc="upper right")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
