"""ad_eki Table 1 as a figure: field errors before and after each calibration, ours and the
published ones.
"""

from boed.claims import published_runs
from boed.figures import style
from boed.jobs import job, store

PANELS = {
    "total_relative_error": "whole field, RE",
    "local_released_relative_error": "near the design, RE",
    "next_local_released_relative_error": "near the next design, RE",
    "total_mean_squared_error": "whole field, MSE",
    "local_released_mean_squared_error": "near the design, MSE",
    "next_local_released_mean_squared_error": "near the next design, MSE",
}
SHIFTS = {"before": -0.12, "after": 0.12}
LOOK = {"fmt": "o", "markersize": 4}


def main(snakemake):
    style.use()
    errors = store.read(snakemake.input.errors)
    published = published_runs.read(snakemake.input.published)
    variant = snakemake.wildcards.variant
    file = f"{snakemake.wildcards.study}/{variant}/field_errors.nc"
    figure, axes = style.new(2, 3, 10.5, 5.6)
    for panel, (name, title) in zip(axes.flat, PANELS.items(), strict=True):
        dim = errors[name].dims[0]
        for when, shift in SHIFTS.items():
            values = errors[name].sel(calibration=when).transpose("replicate", dim).values
            places, tint = errors[dim].values + shift, style.colour(when)
            middle, reach = style.median_and_reach(values)
            panel.errorbar(places, middle, reach, color=tint, label=f"{when}, ours", **LOOK)
            known = published_runs.published_along(published, file, name, dim, calibration=when)
            known = {stage + shift: number for stage, number in known.items()}
            style.published(panel, known, tint, label=f"{when}, published")
        panel.set(title=title, xlabel="stage", yscale="log", xticks=errors[dim].values)
    axes[0, 0].set_ylabel("relative error [1]")
    axes[1, 0].set_ylabel("mean squared error [concentration²]")
    title = f"{style.words(variant)}: median, 10th to 90th percentile"
    style.legend_above(figure, [axes[0, 0]], ncols=4, title=title)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
