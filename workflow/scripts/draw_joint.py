"""Hybrid against joint design: location error, spread and learned source strength by stage (ad_eki
Fig. 4).
"""

from boed.figures import learning_curves, style
from boed.jobs import job, store

QUANTITIES = {
    "location_error": "distance of the MAP from the source",
    "posterior_spread": "spread of the belief",
}
LINE = {"marker": "D", "linestyle": "--", "markersize": 4}
TITLE = (
    "medians and 10th to 90th percentiles of the replicates; bars: the joint belief's own deviation"
)


def main(snakemake):
    style.use()
    metrics, joint = store.read(snakemake.input.metrics), store.read(snakemake.input.joint)
    variants = [str(name) for name in metrics.variant.values]
    figure, axes = style.new(1, 3, 11.0, 3.9)
    for panel, (name, label) in zip(axes[0, :2], QUANTITIES.items(), strict=True):
        for order, variant in enumerate(variants):
            label_of = f"hybrid, {style.words(variant)}"
            values = metrics[name].sel(variant=variant)
            learning_curves.draw_by_stage(panel, values, variant, order, label=label_of)
        learning_curves.draw_by_stage(panel, joint[name], "joint", label="joint", **LINE)
        panel.set(ylabel=f"{label} [length]", yscale="log")
    panel, tint = axes[0, 2], style.colour("truth")
    true = snakemake.params.strength
    panel.axhline(true, color=tint, linewidth=1, linestyle=":", label="true strength")
    for order, variant in enumerate(snakemake.params.variants):
        learning_curves.draw_by_stage(panel, metrics.strength.sel(variant=variant), variant, order)
    learning_curves.draw_joint_strength(panel, joint, "mean", markersize=4)
    panel.set(ylabel="source strength [concentration·length²/time]")
    for panel in axes[0]:
        panel.set(xlabel="stage", xticks=metrics.stage.values)
    style.legend_above(figure, axes[0, [0, 2]], title=TITLE, title_fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
