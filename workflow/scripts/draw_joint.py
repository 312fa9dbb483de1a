"""Hybrid against joint design: location error, spread and learned source strength by stage (ad_eki
Fig. 4).
"""

from boed.figures import style
from boed.jobs import job, store

QUANTITIES = {
    "location_error": "distance of the MAP from the source",
    "posterior_spread": "spread of the belief",
}
LINE = {"marker": "D", "linestyle": "--", "markersize": 4}


def main(snakemake):
    style.use()
    params, metrics, joint = (
        snakemake.params,
        store.read(snakemake.input.metrics),
        store.read(snakemake.input.joint),
    )
    figure, axes = style.new(1, 3, 11.0, 3.9)
    for panel, (name, label) in zip(axes[0, :2], QUANTITIES.items(), strict=True):
        draw_quantity(panel, name, label, metrics, joint)
    draw_strength(axes[0, 2], metrics.strength.sel(variant=params.variants), joint, params.strength)
    handles, labels = (
        first + last
        for first, last in zip(
            *(axes[0, i].get_legend_handles_labels() for i in (0, 2)), strict=True
        )
    )
    title = (
        "medians and 10th to 90th percentiles of the replicates; bars: the "
        "joint belief's own deviation"
    )
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=len(labels),
        title=title,
        title_fontsize=8,
    )
    return figure


def draw_quantity(panel, name, label, metrics, joint) -> None:
    """One of the QUANTITIES, a length, by stage: every variant of the hybrid method and the joint
    one.
    """
    stages = metrics.stage.values
    for order, variant in enumerate(metrics.variant.values):
        values = metrics[name].sel(variant=variant).transpose("replicate", "stage").values
        style.median_band(
            panel, stages, values, variant, order, label=f"hybrid, {style.words(variant)}"
        )
    values = joint[name].transpose("replicate", "stage").values
    style.median_band(panel, stages, values, "joint", label="joint", **LINE)
    panel.set(xlabel="stage", ylabel=f"{label} [length]", yscale="log", xticks=stages)


def draw_strength(panel, strengths, joint, true: float) -> None:
    """Learned strength by stage; of the joint method the mean, its deviation as bars."""
    stages, tint = joint.stage.values, style.colour("joint")
    panel.axhline(
        true, color=style.colour("truth"), linewidth=1, linestyle=":", label="true strength"
    )
    for order, variant in enumerate(strengths.variant.values):
        values = strengths.sel(variant=variant).transpose("replicate", "stage").values
        style.median_band(panel, stages, values, variant, order)
    mean, deviation = (
        joint[f"strength_{part}"].median("replicate").values for part in ("mean", "deviation")
    )
    panel.errorbar(stages, mean, deviation, color=tint, capsize=3, **LINE)
    panel.set(xlabel="stage", ylabel="source strength [concentration·length²/time]", xticks=stages)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
