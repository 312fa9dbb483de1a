"""How the variants of a study fare by stage: location, field, right-hand side, and what else is
learned.
"""

from boed.claims import published_runs
from boed.figures import style
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


def main(snakemake):
    style.use()
    params = snakemake.params
    histories = dict(
        zip(params.variants, (store.read(path) for path in snakemake.input.histories), strict=True)
    )
    published = published_runs.read(snakemake.input.published)
    count = len(PANELS) + bool(params.true)
    figure, axes = style.new(1, count, 3.1 * count, 3.7)
    for panel, (name, label) in zip(axes[0], PANELS.items(), strict=False):
        for order, (variant, history) in enumerate(histories.items()):
            draw(
                panel,
                history,
                name,
                variant,
                order,
                published,
                f"{snakemake.wildcards.study}/{variant}/history.nc",
            )
        panel.set(
            xlabel="stage",
            ylabel=label,
            yscale="log",
            xticks=next(iter(histories.values())).stage.values,
        )
    if params.true:
        joint = store.read(snakemake.input.joint) if snakemake.input.joint else None
        draw_learned(axes[0, -1], histories, joint, *params.true)
    title = (
        "median, 10th to 90th percentile of the replicates; dashed: before the stage's "
        "calibration; squares: published"
    )
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=min(len(labels), 8),
        title=title,
        title_fontsize=8,
    )
    return figure


def draw(panel, history, name, variant, order, published, file) -> None:
    """One quantity of one variant by stage; errors of fields also before the calibrations."""
    values, select = history[name], {}
    if "calibration" in values.dims:
        before = values.sel(calibration="before").median("replicate")
        panel.plot(
            history.stage, before, color=style.colour(variant, order), linewidth=0.8, linestyle="--"
        )
        values, select = values.sel(calibration="after"), {"calibration": "after"}
    values = values.transpose("replicate", "stage").values
    style.median_band(
        panel, history.stage.values, values, variant, order, label=style.words(variant)
    )
    known = published_runs.published_along(published, file, name, "stage", **select)
    if known:
        panel.plot(
            *zip(*known.items(), strict=True), "s", mfc="none", color=style.colour(variant, order)
        )


def draw_learned(panel, histories, joint, name: str, true: float) -> None:
    """The learned strength or growth by stage, and that of the joint method."""
    panel.axhline(true, color=style.colour("truth"), linewidth=1, linestyle=":", label="true")
    for order, (variant, history) in enumerate(histories.items()):
        if name == "growth":
            again = history.attributed_growth.median("replicate")
            panel.plot(
                history.stage, again, color=style.colour(variant, order), linewidth=0.9, ls="-."
            )
        if name == "growth" and "growth" not in history:
            continue
        values = history.weights.isel(weight=-1) if name == "strength" else history.growth
        style.median_band(
            panel,
            history.stage.values,
            values.transpose("replicate", "stage").values,
            variant,
            order,
        )
    if joint is not None:
        mode, deviation = (
            joint[part].median("replicate") for part in ("strength_mode", "strength_deviation")
        )
        panel.errorbar(
            joint.stage,
            mode,
            deviation,
            color=style.colour("joint"),
            capsize=3,
            marker="D",
            ls="--",
            label="joint",
        )
    if name == "growth":
        panel.plot([], [], color="0.3", linewidth=0.9, ls="-.", label="re-attributed")
    panel.set(
        xlabel="stage", ylabel=LEARNED[name], xticks=next(iter(histories.values())).stage.values
    )
    panel.legend(fontsize=7)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
