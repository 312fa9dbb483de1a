"""How the variants of a study fare by stage: location, field, right-hand side, and what else is
learned.
"""

from boed.claims import published_runs
from boed.figures import learning_curves, style
from boed.jobs import job, store

PANELS = {
    "location_error": "distance of the MAP from the source [length]",
    "posterior_spread": "spread of the belief [length]",
    "field_relative_error": "relative error of the field [1]",
    "right_hand_side_error": "relative error of the right-hand side [1]",
}
LEARNED = {
    "strength": "source strength [concentration·length²/time]",
    "growth": "growth of v_x [length/time²]",
}
TITLE = (
    "median, 10th to 90th percentile of the replicates; dashed: before the stage's calibration; "
    "squares: published"
)


def main(snakemake):
    style.use()
    params, study = snakemake.params, snakemake.wildcards.study
    paths = zip(params.variants, snakemake.input.histories, strict=True)
    histories = {variant: store.read(path) for variant, path in paths}
    published = published_runs.read(snakemake.input.published)
    count = len(PANELS) + bool(params.true)
    figure, axes = style.new(1, count, 3.1 * count, 3.7)
    for panel, (name, label) in zip(axes[0], PANELS.items(), strict=False):
        for order, (variant, history) in enumerate(histories.items()):
            learning_curves.draw_error(panel, history[name], variant, order)
            at = {"calibration": "after"} if "calibration" in history[name].dims else {}
            file = f"{study}/{variant}/history.nc"
            known = published_runs.published_along(published, file, name, "stage", **at)
            style.published(panel, known, style.colour(variant, order))
        panel.set(ylabel=label, yscale="log")
    if params.true:
        name, true = params.true
        learning_curves.draw_learned(axes[0, -1], histories, name, true)
        if snakemake.input.joint:
            joint = store.read(snakemake.input.joint)
            learning_curves.draw_joint_strength(axes[0, -1], joint, "mode", label="joint")
        if name == "growth":
            axes[0, -1].plot([], [], color="0.3", linewidth=0.9, ls="-.", label="re-attributed")
        axes[0, -1].set(ylabel=LEARNED[name])
        axes[0, -1].legend(fontsize=7)
    for panel in axes[0]:
        panel.set(xlabel="stage", xticks=next(iter(histories.values())).stage.values)
    columns = min(len(histories), 8)
    style.legend_above(figure, [axes[0, 0]], ncols=columns, title=TITLE, title_fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
