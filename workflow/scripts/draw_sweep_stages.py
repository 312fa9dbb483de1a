"""A sweep by stage: a line a value of the first axis, a row of panels a combination of
the others.
"""

import itertools

import numpy as np

from boed.figures import style
from boed.jobs import job, store


def draw_quantity(panel, part, name, first):
    """Median and 10th to 90th percentile by stage, one line a value of the first axis."""
    for order, value in enumerate(part[first].values):
        values = part[name].sel({first: value}).transpose("replicate", "stage").values
        style.median_band(
            panel, part.stage.values, values, str(value), order, label=style.words(str(value))
        )
    panel.set(yscale="log", xticks=part.stage.values)


def main(snakemake):
    style.use()
    sweep = store.read(snakemake.input[0])
    first, *others = [dim for dim in sweep.location_error.dims if dim not in ("stage", "replicate")]
    rows = list(itertools.product(*(sweep[axis].values for axis in others)))
    figure, axes = style.new(len(rows), 3, 10.5, 1.1 + 2.1 * len(rows), sharex=True, sharey="col")
    for panels, values in zip(axes, rows, strict=True):
        part = sweep.sel(dict(zip(others, values, strict=True)))
        draw_quantity(panels[0], part, "location_error", first)
        draw_quantity(panels[1], part, "posterior_spread", first)
        for order, value in enumerate(part[first].values):
            covered = (part.credible_level.sel({first: value}) < 0.9).mean("replicate")
            panels[2].plot(
                part.stage.values,
                covered,
                "o-",
                markersize=4,
                color=style.colour(str(value), order),
            )
        panels[2].axhline(0.9, color="black", linewidth=0.8, linestyle=":")
        panels[2].set(ylim=(-0.05, 1.05), xticks=part.stage.values)
        name = "\n".join(f"{axis} {value}" for axis, value in zip(others, values, strict=True))
        panels[0].set_ylabel(name)
    for panel, title in zip(
        axes[0],
        (
            "distance of the MAP from the source [length]",
            "spread of the belief [length]",
            "covered by 90 % region [1]",
        ),
        strict=True,
    ):
        panel.set_title(title)
    for panel in axes[-1]:
        panel.set_xlabel("stage")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    columns = min(len(labels), int(np.ceil(len(labels) / np.ceil(len(labels) / 5))))
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=columns,
        title="median, 10th to 90th percentile",
    )
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
