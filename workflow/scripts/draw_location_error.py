"""ad_eki Fig. 7: distance of the MAP from the true source and spread of the belief, by stage and
variant.
"""

from boed.claims import published_runs
from boed.figures import learning_curves, style
from boed.jobs import job, store

QUANTITIES = {
    "location_error": "distance of the MAP from the source",
    "posterior_spread": "spread of the belief",
}


def main(snakemake):
    style.use()
    metrics = store.read(snakemake.input.metrics)
    published = published_runs.read(snakemake.input.published)
    file = f"{snakemake.wildcards.study}/metrics.nc"
    stages = metrics.stage.values
    figure, axes = style.new(1, 2, 8.4, 3.6)
    for panel, (name, label) in zip(axes[0], QUANTITIES.items(), strict=True):
        drawn = []
        for order, variant in enumerate(map(str, metrics.variant.values)):
            values, tint = metrics[name].sel(variant=variant), style.colour(variant, order)
            words = style.words(variant)
            learning_curves.draw_by_stage(panel, values, variant, order, label=words)
            replicates = values.transpose("stage", "replicate").values
            panel.plot(stages, replicates, color=tint, linewidth=0.5, alpha=0.6)
            known = published_runs.published_along(published, file, name, "stage", variant=variant)
            # variants that are held against the same published run show it once
            if known and known not in drawn:
                drawn.append(known)
                style.published(panel, known)
        panel.set(xlabel="stage", ylabel=f"{label} [length]", yscale="log", xticks=stages)
        if drawn and panel is axes[0, 0]:
            panel.plot([], [], "s", mfc="none", color="black", label="published (one run)")
    axes[0, 0].legend(fontsize=7)
    axes[0, 1].set_title("median, 10th to 90th percentile, and every replicate", fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
