"""Maps of expected utility, its variance and their difference for one sensor (mean_variance Figs 15, 16, 25, 26)."""

import numpy as np
from matplotlib.patches import Rectangle

from boed import job, store, style


def main(snakemake):
    style.use()
    utility, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    allowed = utility.accessible.values.astype(bool)
    aversions = utility.aversion.values
    mean, variance = (utility[name].values for name in ("expected_utility", "utility_variance"))
    figure, axes = style.new(1, 3 + len(aversions[aversions != 0]), 4.0 * (3 + np.sum(aversions != 0)), 3.6)
    panels = iter(axes[0])
    draw_map(figure, next(panels), utility, mean, allowed, buildings, "expected utility [nat]")
    draw_map(figure, next(panels), utility, variance, allowed, buildings, "variance of the utility [nat²]")
    panel = next(panels)
    panel.plot(mean[allowed], variance[allowed], ".", color=style.colour("initial"), markersize=2, rasterized=True)
    for order, aversion in enumerate(aversions):
        best = utility.sel(aversion=aversion)
        tint = style.colour("", 2 * order)
        place = float(best.best_expected_utility), float(best.best_utility_variance)
        panel.plot(*place, "o", color=tint, label=f"best for λ = {aversion:g}")
    panel.set(xlabel="expected utility [nat]", ylabel="variance of the utility [nat²]", title="every sensor")
    panel.legend(fontsize=7)
    for aversion in aversions[aversions != 0]:
        panel, best = next(panels), utility.sel(aversion=aversion)
        title = f"mean − {aversion:g}·variance [nat]"
        draw_map(figure, panel, utility, mean - aversion * variance, allowed, buildings, title)
        panel.plot(float(best.best_x), float(best.best_y), "*", color=style.colour("truth"), markersize=10)
        style.map_axes(panel, title)
    return figure


def draw_map(figure, panel, utility, values, allowed, buildings, title) -> None:
    """One quantity over the domain, the buildings in grey."""
    drawn = panel.contourf(utility.x, utility.y, np.ma.array(values, mask=~allowed).T, 20)
    for left, right, bottom, top in buildings:
        panel.add_patch(Rectangle((left, bottom), right - left, top - bottom, facecolor="0.6", edgecolor="0.2"))
    panel.set(xlabel="x of the sensor [length]", ylabel="y of the sensor [length]", xlim=(0, 1), ylim=(0, 1))
    style.map_axes(panel, title)
    figure.colorbar(drawn, ax=panel, shrink=0.8, format="%.2f")


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
