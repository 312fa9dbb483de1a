"""ad_eki Table 1 as a figure: field errors before and after each calibration, ours and the
published ones.
"""

import numpy as np

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


def main(snakemake):
    style.use()
    errors = store.read(snakemake.input.errors)
    published = published_runs.read(snakemake.input.published)
    file = f"{snakemake.wildcards.study}/{snakemake.wildcards.variant}/field_errors.nc"
    figure, axes = style.new(2, 3, 10.5, 5.6)
    for panel, (name, title) in zip(axes.flat, PANELS.items(), strict=True):
        dim = errors[name].dims[0]
        for shift, when in ((-0.12, "before"), (0.12, "after")):
            values = errors[name].sel(calibration=when).transpose("replicate", dim).values
            low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=0)
            at, tint = errors[dim].values + shift, style.colour(when)
            panel.errorbar(
                at,
                middle,
                [middle - low, high - middle],
                fmt="o",
                markersize=4,
                color=tint,
                label=f"{when}, ours",
            )
            known = published_runs.published_along(published, file, name, dim, calibration=when)
            if known:
                stages, numbers = zip(*known.items(), strict=True)
                panel.plot(
                    np.array(stages) + shift,
                    numbers,
                    "s",
                    mfc="none",
                    color=tint,
                    label=f"{when}, published",
                )
        panel.set(title=title, xlabel="stage", yscale="log", xticks=errors[dim].values)
    for row, label in zip(
        axes, ("relative error [1]", "mean squared error [concentration²]"), strict=True
    ):
        row[0].set_ylabel(label)
    title = f"{style.words(snakemake.wildcards.variant)}: median, 10th to 90th percentile"
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4, title=title
    )
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
