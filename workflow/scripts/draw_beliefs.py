"""active_learning Figs 4, 6, 7, 10: belief about the source at the end of every stage, one row a
variant.
"""

import numpy as np

from boed.figures import belief_maps, style
from boed.jobs import job, store

DESIGNS = {
    "design": ("o", "after", "physical design"),
    "teaching_design": ("^", "before", "design that teaches"),
}


def main(snakemake):
    style.use()
    params = snakemake.params
    histories = [store.read(path) for path in snakemake.input.histories]
    stages = histories[0].stage.values
    every = [own[name].values[:, int(own.shown_replicate)] for own in histories for name in DESIGNS]
    limits = style.limits(np.concatenate(every))
    figure, axes = style.new(
        len(histories),
        len(stages),
        1.7 * len(stages) + 0.5,
        1.7 * len(histories) + 0.6,
        sharex=True,
        sharey=True,
    )
    for number, (variant, history, row) in enumerate(
        zip(params.variants, histories, axes, strict=True)
    ):
        shown = int(history.shown_replicate)
        for stage, panel in zip(stages, row, strict=True):
            known = history.sel(stage=stage).isel(replicate=shown)
            draw(panel, known, params.location)
            style.map_axes(panel, f"stage {stage}" if number == 0 else "")
            panel.set(xlim=limits[0], ylim=limits[1])
            belief_maps.close_view(panel, known, params.location)
        row[0].set_ylabel(f"{style.words(variant)}\ny [length]")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    handles, labels = axes[0, -1].get_legend_handles_labels()
    title = "the replicate of median distance at the last stage"
    figure.legend(
        handles, labels, loc="outside upper center", ncols=4, title=title, title_fontsize=8
    )
    return figure


def draw(panel, known, location) -> None:
    """One belief with the true source, its most probable place and the designs of the stage."""
    belief_maps.draw(panel, known, location)
    for name, (marker, role, label) in DESIGNS.items():
        panel.plot(
            *known[name].values,
            marker,
            mfc="none",
            color=style.colour(role),
            label=label,
            clip_on=False,
        )


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
