"""Strengths calibrated by more data, and their distance from one that aligns the fields
(active_learning App. A).
"""

from boed.figures import estimator_curves, style
from boed.jobs import job, store

HELD = {
    "true": "at its true place",
    "estimated": "where the data tell",
    "wrong": "at a wrong place",
}
KNOWN, MEASURED = "noise deviation known (Eq. 24)", "noise deviation at the measured value"
TITLES = {"known": KNOWN, "measured": MEASURED}
UNIT = "[conc.·length²/time]"


def main(snakemake):
    style.use()
    agreement = store.read(snakemake.input[0])
    counts = agreement.data.values
    orders = {name: 2 * order for order, name in enumerate(HELD)}
    figure, axes = style.new(2, len(TITLES), 10.0, 6.4, sharex=True, sharey="row")
    for (above, below), (deviation, title) in zip(axes.T, TITLES.items(), strict=True):
        part = agreement.sel(deviation=deviation)
        for name, words in HELD.items():
            held, order = part.sel(held=name), orders[name]
            label = f"source held {words}: slope {float(held.slope):.2f}"
            for panel, values in ((above, held.strength), (below, held.distance)):
                replicates = values.transpose("replicate", "data").values
                style.median_band(panel, counts, replicates, "", order, label=label)
        for name, limit in part.limit_strength.groupby("place"):
            line = {"color": style.colour("", orders[str(name)]), "linestyle": "--"}
            above.axhline(float(limit.squeeze()), linewidth=1, **line)
        first = float(part.sel(held="true").distance.median("replicate")[0])
        line = estimator_curves.power_law(counts, first, -0.5)
        below.plot(counts, line, ":", color=style.colour("truth"), label="N^(−1/2)")
        above.set(title=title)
        below.set(xscale="log", yscale="log", xlabel="data N")
        below.set_xticks(counts, [f"{count}" for count in counts])
        below.legend(fontsize=7)
    axes[0, 0].set_ylabel(f"strength {UNIT}")
    axes[1, 0].set_ylabel(f"distance from aligned fields {UNIT}")
    words = f"10th to 90th percentile of {agreement.sizes['replicate']} replicates; dashed: limits"
    figure.suptitle(f"median, {words}", fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
