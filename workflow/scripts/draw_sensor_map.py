"""Maps of one sensor's utilities, exact above and from samples below (mean_variance Figs 15, 16,
25, 26).
"""

from boed.figures import maps, sensor_maps, style
from boed.jobs import job, store

ROWS = {"": "exact: adjoint solutions, quadrature", "sampled_": "from samples"}
STAR = {"color": style.colour("truth"), "markersize": 10, "clip_on": False}


def main(snakemake):
    style.use()
    utility = store.read(snakemake.input[0])
    domain = maps.domain_of(utility, snakemake.params.buildings)
    averse = [float(aversion) for aversion in utility.aversion.values if aversion != 0]
    shown = {
        prefix: sensor_maps.objectives(*sensor_maps.moments(utility, prefix), averse)
        for prefix in ROWS
    }
    figure, axes = style.new(2, 3 + len(averse), 4.0 * (3 + len(averse)), 7.0)
    for row, (prefix, words) in zip(axes, ROWS.items(), strict=True):
        sensor_maps.draw_scatter(row[2], utility, prefix, domain)
        panels = [*row[:2], *row[3:]]
        for panel, (title, values) in zip(panels, shown[prefix].items(), strict=True):
            both = [shown[way][title] for way in ROWS]
            levels = maps.shared_levels(both, [domain.free] * len(both))
            maps.colour_bar(panel, maps.draw(panel, domain, values, levels))
            panel.set(xlabel="x of the sensor [length]", ylabel="y of the sensor [length]")
            panel.set_title(title)
        for panel, aversion in zip(panels[2:], averse, strict=True):
            best = utility.sel(aversion=aversion)
            panel.plot(*(float(best[f"{prefix}best_{axis}"]) for axis in "xy"), "*", **STAR)
        # a second line of the axis label: the layout leaves room for it, as it does not for a text
        # beside the axes
        row[0].set_ylabel(f"{words}\n\ny of the sensor [length]")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
