"""A sweep by stage: a line a value of the first axis, a row of panels a combination of
the others.
"""

import math

from boed.figures import style, sweep_panels
from boed.jobs import job, store

PANELS = {
    "location_error": "distance of the MAP from the source [length]",
    "posterior_spread": "spread of the belief [length]",
    "credible_level": "covered by 90 % region [1]",
}
MOST = 5  # names in a row of the legend


def main(snakemake):
    style.use()
    sweep = store.read(snakemake.input[0])
    first, _ = sweep_panels.axes_of(sweep)
    rows = sweep_panels.combinations(sweep)
    size = 10.5, 1.1 + 2.1 * len(rows)
    figure, axes = style.new(len(rows), len(PANELS), *size, sharex=True, sharey="col")
    for panels, combination in zip(axes, rows, strict=True):
        for panel, name in zip(panels, PANELS, strict=True):
            sweep_panels.draw_stages(panel, sweep.sel(combination), name)
        panels[0].set_ylabel("\n".join(sweep_panels.words(combination)))
    for panel, title in zip(axes[0], PANELS.values(), strict=True):
        panel.set_title(title)
    for panel in axes[-1]:
        panel.set_xlabel("stage")
    # as many rows as needed, equally long
    count = sweep.sizes[first]
    columns = math.ceil(count / math.ceil(count / MOST))
    title = "median, 10th to 90th percentile"
    style.legend_above(figure, [axes[0, 0]], ncols=columns, title=title)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
