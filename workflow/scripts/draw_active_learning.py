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
        joint = store.read(snakemake.input.joint) if snakemake.input.joint else None
        learning_curves.draw_parameter(axes[0, -1], histories, joint, *params.true)
    for panel in axes[0]:
        panel.set(xlabel="stage", xticks=next(iter(histories.values())).stage.values)
    columns = min(len(histories), 8)
    style.legend_above(figure, [axes[0, 0]], ncols=columns, title=TITLE, title_fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
