"""Bayesian optimisation of sensors: where it looks and how soon it is good (mean_variance Figs 18,
23, 28).
"""

from boed.figures import searches, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    searched, params = store.read(snakemake.input.search), snakemake.params
    aversions = searched.aversion.values
    figure, axes = style.new(2, len(aversions), 4.2 * len(aversions), 7.2)
    for order, (aversion, (above, below)) in enumerate(zip(aversions, axes.T, strict=True)):
        search = searched.sel(aversion=aversion)
        searches.draw_places(above, search, params.buildings)
        above.set_title(f"λ = {aversion:g}")
        searches.draw_course(below, search, params.reference, order)
        near = searches.when(search.evaluations_needed, params.near, search.sizes["evaluation"])
        words = f"mean − {aversion:g}·variance [nat]" if aversion else "expected utility [nat]"
        below.set(ylabel=words, title=near)
    for panel in axes[:, 0]:
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
