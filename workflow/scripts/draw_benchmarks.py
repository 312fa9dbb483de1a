"""How many times as fast each kernel is as the straightforward way."""

import csv

from boed.figures import style
from boed.jobs import job


def main(snakemake):
    style.use()
    with open(snakemake.input[0], encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    figure, axes = style.new(1, 1, 8.5, 0.5 + 0.42 * len(rows))
    panel = axes[0, 0]
    ratios = [float(row["ratio"]) for row in rows]
    panel.barh(
        range(len(rows)), [ratio - 1 for ratio in ratios], left=1, color=style.colour("robust")
    )
    for height, (row, ratio) in enumerate(zip(rows, ratios, strict=True)):
        seconds = f"{float(row['seconds']):.2g} s, not {float(row['baseline_seconds']):.2g} s"
        panel.annotate(
            f"{round(ratio) if ratio >= 100 else round(ratio, 1):,} times: {seconds}",
            (max(ratio, 1), height),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
    names = [f"{row['kernel']}\nagainst {row['baseline']}" for row in rows]
    panel.set_yticks(range(len(rows)), names, fontsize=7)
    panel.invert_yaxis()
    panel.axvline(1, color="black", linewidth=0.8)
    panel.set(xscale="log", xlabel="times as fast as the straightforward way")
    panel.set_xlim(right=10 * max(ratios))
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
