"""ad_eki Fig. 8: path of a discrepancy search, and the information gain per EKI
iteration along it.
"""

from boed.claims import published_runs
from boed.figures import gain_maps, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    profile, search = store.read(snakemake.input.profile), store.read(snakemake.input.experiment)
    published = published_runs.read(snakemake.input.published)
    study, variant = snakemake.wildcards.study, snakemake.wildcards.variant
    file = f"{study}/{variant}/stage_{snakemake.params.stage}/gain_profile.nc"
    iterations = profile.iteration.values
    figure, (panels,) = style.new(1, 3, 11.4, 3.7)
    gain_maps.draw_paths(panels[0], search, profile, snakemake.params.location)
    for name in map(str, profile.design.values):
        gains = profile.sel(design=name).mean("ensemble")
        style.median_band(panels[1], iterations, gains.information_gain.values, name, label=name)
        dashed = {"linestyle": "--"}
        style.median_band(panels[2], iterations, gains.covariance_part.values, name, **dashed)
        style.median_band(panels[2], iterations, gains.mean_part.values, name)
        known = published_runs.published_along(
            published, file, "information_gain", "iteration", design=name
        )
        style.published(panels[1], known, style.colour(name))
    if known:
        panels[1].plot([], [], "s", mfc="none", color="black", label="published (one run)")
    for line, label in (("--", "change of covariance"), ("-", "shift of the mean")):
        panels[2].plot([], [], line, color="black", label=label)
    panels[1].set_title("mean of the ensembles' gains")
    panels[2].set_title("what the gain is made of")
    for panel in panels[1:]:
        panel.set(xlabel="EKI iteration", ylabel="information gain [nat]", xticks=iterations)
        panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
