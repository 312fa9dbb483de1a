"""ad_eki Fig. 8: path of a discrepancy search, and the information gain per EKI
iteration along it.
"""

import numpy as np

from boed.claims import published_runs
from boed.figures import style
from boed.jobs import job, store


def draw_paths(panel, search, profile, location):
    """Each replicate's design path, from light to dark, with the three designs that are
    looked at.
    """
    path = search.path.values
    shade = np.linspace(0.85, 0.1, path.shape[1])
    for own in path:
        panel.scatter(*own.T, c=shade, cmap="gray", vmin=0, vmax=1, s=7)
    for design in profile.design.values:
        at = profile.position.sel(design=design).values
        panel.plot(
            *at.T, "D", markersize=5, mfc="none", mew=1.5, color=style.colour(design), label=design
        )
    panel.plot(*location, "+", color=style.colour("truth"), markersize=11, label="true source")
    style.map_axes(panel, "design path of every replicate")
    across, up = style.limits(np.concatenate([path, search.design.values[:, None]], axis=1))
    panel.set(xlabel="x [length]", ylabel="y [length]", xlim=across, ylim=up)
    panel.legend(fontsize=7)


def main(snakemake):
    style.use()
    profile, search = store.read(snakemake.input.profile), store.read(snakemake.input.experiment)
    published = published_runs.read(snakemake.input.published)
    study, variant = snakemake.wildcards.study, snakemake.wildcards.variant
    file = f"{study}/{variant}/stage_{snakemake.params.stage}/gain_profile.nc"
    figure, axes = style.new(1, 3, 11.4, 3.7)
    draw_paths(axes[0, 0], search, profile, snakemake.params.location)
    iterations = profile.iteration.values
    for design in profile.design.values:
        part = profile.sel(design=design).mean("ensemble")
        style.median_band(
            axes[0, 1], iterations, part.information_gain.values, design, label=design
        )
        style.median_band(
            axes[0, 2], iterations, part.covariance_part.values, design, linestyle="--"
        )
        style.median_band(axes[0, 2], iterations, part.mean_part.values, design)
        known = published_runs.published_along(
            published, file, "information_gain", "iteration", design=design
        )
        if known:
            axes[0, 1].plot(
                *zip(*known.items(), strict=True), "s", mfc="none", color=style.colour(design)
            )
    if known:
        axes[0, 1].plot([], [], "s", mfc="none", color="black", label="published (one run)")
    for line, label in (("--", "change of covariance"), ("-", "shift of the mean")):
        axes[0, 2].plot([], [], line, color="black", label=label)
    for panel, title in (
        (axes[0, 1], "mean of the ensembles' gains"),
        (axes[0, 2], "what the gain is made of"),
    ):
        panel.set(
            xlabel="EKI iteration", ylabel="information gain [nat]", xticks=iterations, title=title
        )
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
