"""Maps of one sensor's utilities, exact above and from samples below (mean_variance Figs 15, 16,
25, 26).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

ROWS = (("", "exact: adjoint solutions, quadrature"), ("sampled_", "from samples"))


def main(snakemake):
    style.use()
    utility, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    allowed = utility.accessible.values.astype(bool)
    averse = [float(own) for own in utility.aversion.values if own != 0]
    figure, axes = style.new(2, 3 + len(averse), 4.0 * (3 + len(averse)), 7.0)
    moments = {
        prefix: [utility[prefix + name].values for name in ("expected_utility", "utility_variance")]
        for prefix, _ in ROWS
    }
    titles = ["expected utility [nat]", "variance of the utility [nat²]"]
    titles += [f"mean − {aversion:g}·variance [nat]" for aversion in averse]
    shown = {
        prefix: [mean, variance, *(mean - own * variance for own in averse)]
        for prefix, (mean, variance) in moments.items()
    }
    for row, (prefix, words) in zip(axes, ROWS, strict=True):
        scatter(row[2], utility, prefix, allowed)
        for number, (panel, title) in enumerate(zip([*row[:2], *row[3:]], titles, strict=True)):
            both = np.concatenate([shown[own][number][allowed] for own, _ in ROWS])
            levels = np.linspace(both.min(), both.max(), 21)
            style.domain_map(
                figure, panel, utility, shown[prefix][number], allowed, buildings, title, levels
            )
            panel.set(xlabel="x of the sensor [length]", ylabel="y of the sensor [length]")
            if number > 1:
                best = utility.sel(aversion=averse[number - 2])
                panel.plot(
                    float(best[f"{prefix}best_x"]),
                    float(best[f"{prefix}best_y"]),
                    "*",
                    color=style.colour("truth"),
                    markersize=10,
                    clip_on=False,
                )
        # a second line of the axis label: the layout leaves room for it, as it does not for a text
        # beside the axes
        row[0].set_ylabel(f"{words}\n\ny of the sensor [length]")
    return figure


def scatter(panel, utility, prefix: str, allowed) -> None:
    """Every sensor by mean and variance, the best for each weight of the variance."""
    mean, variance = (
        utility[prefix + name].values for name in ("expected_utility", "utility_variance")
    )
    panel.plot(
        mean[allowed],
        variance[allowed],
        ".",
        color=style.colour("initial"),
        markersize=2,
        rasterized=True,
    )
    for order, aversion in enumerate(utility.aversion.values):
        best = utility.sel(aversion=aversion)
        place = {"x": float(best[f"{prefix}best_x"]), "y": float(best[f"{prefix}best_y"])}
        own = [
            float(utility[prefix + name].sel(place))
            for name in ("expected_utility", "utility_variance")
        ]
        panel.plot(*own, "o", color=style.colour("", 2 * order), label=f"best for λ = {aversion:g}")
    panel.set(
        xlabel="expected utility [nat]",
        ylabel="variance of the utility [nat²]",
        title="every sensor",
    )
    panel.legend(fontsize=7)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
