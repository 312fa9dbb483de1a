"""ad_eki Fig. 6a: belief about the source position at the end of every stage, with both designs,
and a close view.
"""

import numpy as np

from boed.figures import belief_maps, style
from boed.jobs import job, store

SHOWN = 4
KINDS = {"physical": ("o", "after"), "discrepancy": ("^", "before")}


def main(snakemake):
    style.use()
    beliefs = [store.read(path) for path in snakemake.input.beliefs]
    designs = {
        kind: [store.read(path).design.values for path in snakemake.input[kind]] for kind in KINDS
    }
    rows, columns = min(SHOWN, beliefs[0].sizes["replicate"]), len(beliefs)
    every = [own[:rows] for each in designs.values() for own in each]
    limits = style.limits(np.concatenate(every))
    size = 1.75 * columns + 0.4, 1.75 * rows + 0.7
    figure, axes = style.new(rows, columns, *size, sharex=True, sharey=True)
    for stage, known in enumerate(beliefs):
        for row, panel in enumerate(axes[:, stage]):
            own = known.isel(replicate=row)
            belief_maps.draw(panel, own, snakemake.params.location)
            for kind, (marker, role) in KINDS.items():
                # discrepancy designs begin with the second stage
                place = stage - (columns - len(designs[kind]))
                if place >= 0:
                    look = {"mfc": "none", "color": style.colour(role), "clip_on": False}
                    panel.plot(*designs[kind][place][row], marker, label=f"{kind} design", **look)
            style.map_axes(panel, f"stage {stage + 1}" if row == 0 else "")
            panel.set(xlim=limits[0], ylim=limits[1])
            belief_maps.close_view(panel, own, snakemake.params.location)
    for row, panel in enumerate(axes[:, 0]):
        panel.set_ylabel(f"replicate {row + 1}\ny [length]")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    handles, labels = axes[0, -1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
