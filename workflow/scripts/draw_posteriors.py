"""ad_eki Fig. 6a: belief about the source position at the end of every stage, with both designs,
and a close view.
"""

import numpy as np

from boed.figures import belief_maps, maps, style
from boed.jobs import job, store

SHOWN = 4
KINDS = {"physical": ("o", "after"), "discrepancy": ("^", "before")}


def main(snakemake):
    style.use()
    location = snakemake.params.location
    beliefs = [store.read(path) for path in snakemake.input.beliefs]
    rows, columns = min(SHOWN, beliefs[0].sizes["replicate"]), len(beliefs)
    designs = {
        kind: [store.read(path).design.values[:rows] for path in snakemake.input[kind]]
        for kind in KINDS
    }
    limits = maps.limits(np.concatenate([place for places in designs.values() for place in places]))
    size = 1.75 * columns + 0.4, 1.75 * rows + 0.7
    figure, axes = style.new(rows, columns, *size, sharex=True, sharey=True)
    for stage, (stage_belief, panels) in enumerate(zip(beliefs, axes.T, strict=True)):
        for row, panel in enumerate(panels):
            belief = stage_belief.isel(replicate=row)
            belief_maps.draw(panel, belief, location)
            for kind, (marker, role) in KINDS.items():
                # discrepancy designs begin with the second stage
                place = stage - (columns - len(designs[kind]))
                if place >= 0:
                    design = designs[kind][place][row]
                    belief_maps.draw_design(panel, design, marker, role, f"{kind} design")
            title = f"stage {stage + 1}" if row == 0 else ""
            belief_maps.finish(panel, belief, location, limits, title)
    for row, panel in enumerate(axes[:, 0]):
        panel.set_ylabel(f"replicate {row + 1}\ny [length]")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    style.legend_above(figure, [axes[0, -1]], ncols=4)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
