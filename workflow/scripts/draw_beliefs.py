"""active_learning Figs 4, 6, 7, 10: belief about the source at the end of every stage, one row a
variant.
"""

import numpy as np

from boed.figures import belief_maps, maps, style
from boed.jobs import job, store

DESIGNS = {
    "design": ("o", "after", "physical design"),
    "teaching_design": ("^", "before", "design that teaches"),
}


def main(snakemake):
    style.use()
    variants, location = snakemake.params.variants, snakemake.params.location
    histories = [
        history.isel(replicate=int(history.shown_replicate))
        for history in map(store.read, snakemake.input.histories)
    ]
    stages = histories[0].stage.values
    designs = [history[name].values for history in histories for name in DESIGNS]
    limits = maps.limits(np.concatenate(designs))
    size = 1.7 * len(stages) + 0.5, 1.7 * len(histories) + 0.6
    figure, axes = style.new(len(histories), len(stages), *size, sharex=True, sharey=True)
    for variant, history, row in zip(variants, histories, axes, strict=True):
        for stage, panel in zip(stages, row, strict=True):
            belief = history.sel(stage=stage)
            belief_maps.draw(panel, belief, location)
            for name, look in DESIGNS.items():
                belief_maps.draw_design(panel, belief[name].values, *look)
            title = f"stage {stage}" if variant == variants[0] else ""
            belief_maps.finish(panel, belief, location, limits, title)
        row[0].set_ylabel(f"{style.words(variant)}\ny [length]")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    title = "the replicate of median distance at the last stage"
    style.legend_above(figure, [axes[0, -1]], ncols=4, title=title, title_fontsize=8)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
