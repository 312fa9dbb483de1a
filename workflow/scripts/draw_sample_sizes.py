"""Measured over predicted bias and variance of the estimates, for N, N₁ and N₂ apart."""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

ROWS = {"expected_utility": "Û", "utility_variance": "V̂"}
COLUMNS = {"bias": "bias", "variance": "variance"}
MARKS = {"own": "o", "shared": "x"}
# what lies above is drawn at the edge, as a triangle
HIGHEST = 2.5


def ratios(own, quantity: str, column: str):
    """Measured over predicted, and the standard error of that, over the numbers of samples."""
    expected = own[f"predicted_{quantity}_{column}"].values
    return own[f"{quantity}_{column}"].values / expected, own[
        f"{quantity}_{column}_error"
    ].values / np.abs(expected)


def main(snakemake):
    style.use()
    sizes = store.read(snakemake.input[0])
    figure, panels = style.new(2, 2, 10, 6.4, sharex=True, sharey=True)
    for row, (quantity, symbol) in zip(panels, ROWS.items(), strict=True):
        for panel, (column, words) in zip(row, COLUMNS.items(), strict=True):
            for order, design in enumerate(sizes.design.values):
                for inner, mark in MARKS.items():
                    own = sizes.sel(inner=inner, design=design)
                    value, error = ratios(own, quantity, column)
                    places = (
                        np.arange(len(value))
                        + 0.22 * (order - 1)
                        + (0.08 if inner == "shared" else 0)
                    )
                    inside, tint = value < HIGHEST, style.colour("", 2 * order)
                    look = {
                        "fmt": mark,
                        "color": tint,
                        "ms": 4,
                        "label": f"d = {design:g}, {inner} inner samples",
                    }
                    panel.errorbar(places[inside], value[inside], 2 * error[inside], **look)
                    panel.plot(
                        places[~inside],
                        np.full((~inside).sum(), 0.97 * HIGHEST),
                        "^",
                        color=tint,
                        ms=5,
                    )
            panel.axhline(1.0, color=style.colour("published"), linewidth=1, linestyle="--")
            panel.set(ylim=(0, HIGHEST), title=f"{words} of {symbol}, measured / leading order")
    for panel in panels[1]:
        panel.set_xticks(
            np.arange(sizes.sizes["numbers"]),
            [own.replace("_", "\n") for own in sizes.numbers.values],
        )
        panel.set(xlabel="N, N₁, N₂")
    panels[0, 0].legend(fontsize=7, loc="upper right")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
