"""How every case of a sweep ends: a row a value of its first axis, a marker a combination of the
others.
"""

import itertools

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter

from boed.figures import style
from boed.jobs import job, store

PANELS = {
    "location_error": "distance of the MAP from the source [length]",
    "posterior_spread": "spread of the belief [length]",
    "total_relative_error": "relative error of the field [1]",
    "discrepancy_gain": "gain of the discrepancy data [nat]",
    "credible_level": "covered by the 90 % region [1]",
}


def draw_quantity(panel, part, name, first, shift, tint):
    """Median and 10th to 90th percentile over the replicates of the last stage, for every value of
    the first axis.
    """
    heights = np.arange(part.sizes[first]) + shift
    last = part[name].isel(stage=-1).transpose("replicate", first).values
    if name == "credible_level":
        panel.plot((last < 0.9).mean(axis=0), heights, "o", markersize=4, color=tint)
        return
    if name == "discrepancy_gain":
        taught = part[name].transpose(first, "stage", "replicate").values[:, 1:]
        last = taught.reshape(len(heights), -1).T
    low, middle, high = np.quantile(last, [0.1, 0.5, 0.9], axis=0)
    reach = [middle - low, high - middle]
    panel.errorbar(middle, heights, xerr=reach, fmt="o", markersize=4, linewidth=1, color=tint)


def main(snakemake):
    style.use()
    sweep = store.read(snakemake.input[0])
    first, *others = [dim for dim in sweep.location_error.dims if dim not in ("stage", "replicate")]
    combinations = list(itertools.product(*(sweep[axis].values for axis in others)))
    count = sweep.sizes[first]
    height = 1.2 + 0.1 * count * (2 + len(combinations))
    figure, axes = style.new(1, len(PANELS), 13.0, max(height, 2.6), sharey=True)
    for order, values in enumerate(combinations):
        part = sweep.sel(dict(zip(others, values, strict=True)))
        shift = 0.7 * ((order + 0.5) / len(combinations) - 0.5)
        tint = style.FALLBACK[2 * order % len(style.FALLBACK)]
        for panel, name in zip(axes[0], PANELS, strict=True):
            draw_quantity(panel, part, name, first, shift, tint)
        label = ", ".join(f"{axis} {value}" for axis, value in zip(others, values, strict=True))
        axes[0, 0].plot([], [], "o", color=tint, label=label)
    for panel, (name, title) in zip(axes[0], PANELS.items(), strict=True):
        panel.set_xlabel(title, fontsize=8)
        if name in ("location_error", "total_relative_error"):
            panel.set_xscale("log")
            low, high = panel.get_xlim()
            if high < 100 * low:  # too few decades for their ends to tell the numbers
                panel.xaxis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
                panel.xaxis.set_minor_formatter("{x:g}")
                panel.tick_params(axis="x", which="minor", labelsize=6)
            else:
                panel.xaxis.set_minor_formatter(NullFormatter())
    axes[0, -1].axvline(0.9, color="black", linewidth=0.8, linestyle=":")
    axes[0, -1].set_xlim(-0.05, 1.05)
    axes[0, 0].set_yticks(
        np.arange(count), [style.words(str(value)) for value in sweep[first].values]
    )
    axes[0, 0].invert_yaxis()
    stage = int(sweep.stage[-1])
    title = (
        f"stage {stage}: median, 10th to 90th percentile of {sweep.sizes['replicate']} replicates"
    )
    figure.legend(loc="outside upper center", ncols=4, title=title)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
