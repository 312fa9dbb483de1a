"""active_learning Figs 4, 6, 7, 10: belief about the source at the end of every stage, one row a variant."""

import numpy as np

from boed import job, store, style


def main(snakemake):
    style.use()
    params = snakemake.params
    histories = [store.read(path) for path in snakemake.input.histories]
    stages = histories[0].stage.values
    figure, axes = style.new(
        len(histories), len(stages), 1.7 * len(stages) + 0.5, 1.7 * len(histories) + 0.6, sharex=True, sharey=True
    )
    for number, (variant, history, row) in enumerate(zip(params.variants, histories, axes, strict=True)):
        shown = int(history.shown_replicate)
        for stage, panel in zip(stages, row, strict=True):
            draw(panel, history.sel(stage=stage).isel(replicate=shown), params.location)
            style.map_axes(panel, f"stage {stage}" if number == 0 else "")
            panel.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        row[0].set_ylabel(f"{style.words(variant)}\ny [length]")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    handles, labels = axes[0, -1].get_legend_handles_labels()
    title = "the replicate of median distance at the last stage"
    figure.legend(handles, labels, loc="outside upper center", ncols=4, title=title, title_fontsize=8)
    return figure


def draw(panel, known, location) -> None:
    """One belief with the true source, its most probable place and the designs of the stage."""
    probability = np.exp(known.log_probability.values)
    panel.pcolormesh(
        known.x, known.y, (probability / probability.max()).T, cmap="Greys", vmin=0, vmax=1, rasterized=True
    )
    panel.plot(*location, "+", color=style.colour("truth"), markersize=10, label="true source")
    panel.plot(*known.most_probable.values, "x", color="#56B4E9", label="most probable")
    for name, marker, role in (("design", "o", "after"), ("teaching_design", "^", "before")):
        label = {"design": "physical design", "teaching_design": "design that teaches"}[name]
        panel.plot(*known[name].values, marker, mfc="none", color=style.colour(role), label=label, clip_on=False)


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
