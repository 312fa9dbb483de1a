"""Distance from the true strength over the data taken, and its largest rise, by method (ad_eki
3.1).
"""

from boed.figures import learning_curves, style
from boed.jobs import job, store

UNIT = "[conc.·length²/time]"


def main(snakemake):
    style.use()
    methods = store.read(snakemake.input[0])
    figure, (panels,) = style.new(1, 3, 13.0, 4.0)
    for order, name in enumerate(map(str, methods.way.values)):
        method, tint = methods.sel(way=name), style.colour(name, 2 * order)
        line = {"linestyle": "-" if name.startswith("ad_eki") else "--"}
        errors = method.strength_error.transpose("replicate", "stage").values
        label = style.words(name)
        style.median_band(
            panels[0], method.data.values, errors, name, 2 * order, label=label, **line
        )
        for panel, values in zip(panels[1:], (errors[:, -1], method.largest_rise), strict=True):
            panel.step(*learning_curves.share(values), where="post", color=tint, **line)
    panels[0].set(
        xlabel="data", ylabel=f"|strength − true| {UNIT}", yscale="log", xticks=methods.data.values
    )
    panels[1].set(xlabel=f"|strength − true| at the end {UNIT}")
    panels[2].set(xlabel=f"its largest rise from stage to stage {UNIT}")
    for panel in panels[1:]:
        panel.set(ylabel="share of replicates", ylim=(0, 1))
    count = methods.sizes["replicate"]
    title = f"left: median, 10th to 90th percentile of {count} replicates with noise"
    figure.legend(loc="outside upper center", ncols=4, title=title)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
