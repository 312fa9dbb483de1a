"""Distance from the true strength over the data taken, and its largest rise, by method (ad_eki
3.1).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

UNIT = "[conc.·length²/time]"


def main(snakemake):
    style.use()
    found = store.read(snakemake.input[0])
    figure, (panels,) = style.new(1, 3, 13.0, 4.0)
    for order, method in enumerate(found.way.values):
        own, name = found.sel(way=method), str(method)
        shown = {
            "label": style.words(name),
            "linestyle": "-" if name.startswith("ad_eki") else "--",
        }
        values = own.strength_error.transpose("replicate", "stage").values
        style.median_band(panels[0], own.data.values, values, name, 2 * order, **shown)
        rises = np.sort(own.largest_rise.values)
        share = np.arange(1, rises.size + 1) / rises.size
        line = {"color": style.colour(name, 2 * order), "linestyle": shown["linestyle"]}
        panels[1].step(np.sort(values[:, -1]), share, where="post", **line)
        panels[2].step(rises, share, where="post", **line)
    panels[0].set(
        xlabel="data", ylabel=f"|strength − true| {UNIT}", yscale="log", xticks=found.data.values
    )
    panels[1].set(
        xlabel=f"|strength − true| at the end {UNIT}", ylabel="share of replicates", ylim=(0, 1)
    )
    panels[2].set(
        xlabel=f"its largest rise from stage to stage {UNIT}",
        ylabel="share of replicates",
        ylim=(0, 1),
    )
    title = (
        f"left: median, 10th to 90th percentile of {found.sizes['replicate']} replicates with noise"
    )
    figure.legend(loc="outside upper center", ncols=4, title=title)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
