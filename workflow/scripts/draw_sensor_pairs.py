"""Random pairs of sensors, and the best for every weight of the variance (mean_variance Figs 20,
21).
"""

import numpy as np

from boed.figures import maps, sensor_maps, style
from boed.jobs import job, store
from boed.objectives import mean_variance

SHOWN = 15


def main(snakemake):
    style.use()
    pairs, buildings = store.read(snakemake.input[0]), snakemake.params.buildings
    aversions = pairs.aversion.values
    figure, (panels,) = style.new(1, 1 + len(aversions), 4.0 * (1 + len(aversions)), 3.6)
    mean, variance = sensor_maps.moments(pairs)
    sensor_maps.draw_cloud(panels[0], mean, variance, markersize=3)
    sensor_maps.draw_best(panels[0], sensor_maps.stored_best(pairs), aversions)
    panels[0].set(title="random pairs", **sensor_maps.AXES)
    panels[0].legend(fontsize=7)
    for order, (panel, aversion) in enumerate(zip(panels[1:], aversions, strict=True)):
        objective = mean_variance(mean, variance, aversion)
        best = np.argsort(-objective)[:SHOWN]
        maps.draw_buildings(panel, buildings)
        look = {"color": style.colour("", 2 * order), "markersize": 4}
        # the best last, and darkest
        for rank, pair in enumerate(pairs.pair.values[best][::-1]):
            shade = (rank + 1) / len(best)
            panel.plot(*pair.reshape(2, 2).T, "-o", alpha=shade**3, **look)
        words = f"the best {len(best)} of {len(objective)} for λ = {aversion:g}"
        maps.map_axes(panel, f"{words}: {objective.max():.2f} nat")
        panel.set(xlabel="x [length]", ylabel="y [length]")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
