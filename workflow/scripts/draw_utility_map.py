"""Maps over the designs of two runs of the experiment, with common samples and without
(mean_variance Fig. 12).
"""

import numpy as np

from boed.figures import design_axes, maps, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    utility = store.read(snakemake.input[0])
    aversions = [float(value) for value in utility.aversion if value != 0]
    figure, axes = style.new(2, 2 + len(aversions), 4.0 * (2 + len(aversions)), 7.0)
    # the expected utility is the objective without aversion, if that is among those looked at
    columns = [("expected utility [nat]", utility.expected_utility, 0.0)]
    columns.append(("variance of the utility [nat²]", utility.utility_variance, None))
    columns += [
        (f"mean − {aversion:g}·variance [nat]", utility.objective.sel(aversion=aversion), aversion)
        for aversion in aversions
    ]
    for column, (title, values, aversion) in enumerate(columns):
        # both rows on the same scale
        levels = np.linspace(float(values.min()), float(values.max()), 21)
        for row, sampling in enumerate(utility.sampling.values):
            panel = axes[row, column]
            shown = values.sel(sampling=sampling).transpose("second", "first")
            drawn = panel.contourf(utility["first"], utility["second"], shown, levels)
            if aversion in utility.aversion:
                best = utility.best_design.sel(aversion=aversion, sampling=sampling)
                panel.plot(*best.values, "*", color=style.colour("truth"), markersize=10)
                panel.plot(*best.values[::-1], "*", color=style.colour("truth"), markersize=10)
            labels = (design_axes.label(utility[name]) for name in ("first", "second"))
            panel.set(**dict(zip(("xlabel", "ylabel"), labels, strict=True)))
            maps.map_axes(panel, f"{title}\n{sampling} samples")
        figure.colorbar(drawn, ax=axes[:, column], shrink=0.6, format="%.2f")
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
