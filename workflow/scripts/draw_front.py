"""The Pareto fronts of one and two sensors, and the sensors along them."""

import numpy as np

from boed.figures import maps, sensor_maps, style
from boed.jobs import job, store

# name, and marker on the front
KINDS = {"one_sensor": ("one sensor", "o"), "two_sensors": ("two sensors", "s")}


def main(snakemake):
    style.use()
    fronts, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    figure, (panels,) = style.new(1, 3, 12.5, 3.8)
    for panel, (name, (words, marker)) in zip(panels[1:], KINDS.items(), strict=True):
        cloud, front = (sensor_maps.moments(fronts, f"{name}_{part}") for part in ("", "front_"))
        panels[0].plot(*cloud, ".", color="0.8", markersize=1.5, rasterized=True, zorder=0)
        along = np.linspace(0, 1, len(front[0]))
        panels[0].plot(*front, "-", color="0.3", linewidth=0.8)
        look = {"s": 16, "cmap": "viridis", "marker": marker, "label": words}
        panels[0].scatter(*front, c=along, **look)
        maps.draw_buildings(panel, buildings)
        for place, pair in zip(along, fronts[f"{name}_front_design"].values, strict=True):
            shade = style.sequential(place)
            panel.plot(*pair.reshape(-1, 2).T, "-o", color=shade, markersize=4, linewidth=0.5)
        maps.map_axes(panel, f"{words}: places along the front")
        panel.set(xlabel="x [length]", ylabel="y [length]")
    panels[0].set(title="no design is better in both", **sensor_maps.AXES)
    panels[0].legend()
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
