"""Strengths calibrated by more data, and their distance from one that aligns the fields
(active_learning App. A).
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

HELD = {
    "true": "at its true place",
    "estimated": "where the data tell",
    "wrong": "at a wrong place",
}
TITLES = {
    "known": "noise deviation known (Eq. 24)",
    "measured": "noise deviation at the measured value",
}
UNIT = "[conc.·length²/time]"


def main(snakemake):
    style.use()
    found = store.read(snakemake.input[0])
    count, data = len(TITLES), found.data.values
    figure, axes = style.new(2, count, 5.0 * count, 6.4, sharex=True, sharey="row")
    for column, (deviation, title) in enumerate(TITLES.items()):
        own, (above, below) = found.sel(deviation=deviation), axes[:, column]
        for order, (held, words) in enumerate(HELD.items()):
            each = own.sel(held=held)
            label = f"source held {words}: slope {float(each.slope):.2f}"
            style.median_band(
                above, data, each.strength.transpose("replicate", "data").values, "", 2 * order
            )
            values = each.distance.transpose("replicate", "data").values
            style.median_band(below, data, values, "", 2 * order, label=label)
        for place, limit in own.limit_strength.groupby("place"):
            order = 2 * list(HELD).index(str(place))
            above.axhline(
                float(limit.squeeze()), color=style.colour("", order), linestyle="--", linewidth=1
            )
        first = float(own.sel(held="true").distance.median("replicate")[0])
        below.plot(
            data,
            first * np.sqrt(data[0] / data),
            ":",
            color=style.colour("truth"),
            label="N^(−1/2)",
        )
        above.set(title=title, ylabel=f"strength {UNIT}" if column == 0 else "")
        below.set(xscale="log", yscale="log", xlabel="data N")
        below.set_xticks(data, [f"{value}" for value in data])
        below.legend(fontsize=7)
    axes[1, 0].set_ylabel(f"distance from aligned fields {UNIT}")
    replicates = found.sizes["replicate"]
    figure.suptitle(
        f"median, 10th to 90th percentile of {replicates} replicates; dashed: limits", fontsize=8
    )
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
