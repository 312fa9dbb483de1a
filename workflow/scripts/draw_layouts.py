"""One sensor in every layout: expected utility, its variance, one against the other (mean_variance
Fig. 25).
"""

from boed.figures import maps, sensor_maps, style
from boed.jobs import job, store

QUANTITIES = {
    "expected_utility": "expected utility [nat]",
    "utility_variance": "variance of it [nat²]",
}
BAR = {"shrink": 0.85, "format": "%.2f", "aspect": 25, "pad": 0.01}


def main(snakemake):
    style.use()
    layouts, utilities = snakemake.params.layouts, [store.read(path) for path in snakemake.input]
    pairs = zip(utilities, layouts.values(), strict=True)
    domains = [maps.domain_of(utility, buildings) for utility, buildings in pairs]
    figure, axes = style.new(3, len(layouts), 2.7 * len(layouts) + 0.6, 7.6)
    for row, (name, words) in zip(axes[:2], QUANTITIES.items(), strict=True):
        values = [utility[name].values for utility in utilities]
        levels = maps.shared_levels(values, [domain.free for domain in domains])
        for panel, domain, quantity, layout in zip(row, domains, values, layouts, strict=True):
            drawn = maps.draw(panel, domain, quantity, levels)
            panel.set_title(style.words(layout))
        figure.colorbar(drawn, ax=row, label=words, **BAR)
    for panel, utility, domain in zip(axes[2], utilities, domains, strict=True):
        mean, variance = (values[domain.free] for values in sensor_maps.moments(utility))
        sensor_maps.draw_cloud(panel, mean, variance, markersize=1.5, rasterized=True)
        best, aversions = sensor_maps.stored_best(utility), utility.aversion.values
        sensor_maps.draw_best(panel, best, aversions, markersize=4, label="best, λ = {:g}")
        panel.set(xlabel="expected utility [nat]")
    sensor_maps.share_limits(axes[2])
    axes[2, 0].set_ylabel("variance of it [nat²]")
    axes[2, 0].legend(fontsize=6, loc="upper left")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
