"""The Pareto fronts of one and two sensors, and the sensors along them."""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

WORDS = {"one_sensor": "one sensor", "two_sensors": "two sensors"}


def main(snakemake):
    style.use()
    found, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    figure, (panels,) = style.new(1, 3, 12.5, 3.8)
    for panel, (name, words) in zip(panels[1:], WORDS.items(), strict=True):
        mean, variance = (
            found[f"{name}_{own}"].values for own in ("expected_utility", "utility_variance")
        )
        panels[0].plot(mean, variance, ".", color="0.8", markersize=1.5, rasterized=True, zorder=0)
        front, heights = (
            found[f"{name}_front_{own}"].values for own in ("expected_utility", "utility_variance")
        )
        along = np.linspace(0, 1, len(front))
        panels[0].plot(front, heights, "-", color="0.3", linewidth=0.8)
        panels[0].scatter(
            front,
            heights,
            c=along,
            s=16,
            cmap="viridis",
            marker="os"[name == "two_sensors"],
            label=words,
        )
        style.domain(panel, buildings)
        for place, pair in zip(along, found[f"{name}_front_design"].values, strict=True):
            shade = style.sequential(place)
            panel.plot(*pair.reshape(-1, 2).T, "-o", color=shade, markersize=4, linewidth=0.5)
        style.map_axes(panel, f"{words}: places along the front")
        panel.set(xlabel="x [length]", ylabel="y [length]")
    panels[0].set(
        xlabel="expected utility [nat]",
        ylabel="variance of the utility [nat²]",
        title="no design is better in both",
    )
    panels[0].legend()
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
