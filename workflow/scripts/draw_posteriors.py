"""ad_eki Fig. 6a: belief about the source position at the end of every stage, with both designs."""

import numpy as np

from boed import job, store, style

SHOWN = 4


def main(snakemake):
    style.use()
    beliefs = [store.read(path) for path in snakemake.input.beliefs]
    physical = [store.read(path).design.values for path in snakemake.input.physical]
    discrepancy = [None] * (len(beliefs) - len(snakemake.input.discrepancy))
    discrepancy += [store.read(path).design.values for path in snakemake.input.discrepancy]
    rows, columns = min(SHOWN, beliefs[0].sizes["replicate"]), len(beliefs)
    figure, axes = style.new(rows, columns, 1.75 * columns + 0.4, 1.75 * rows + 0.7, sharex=True, sharey=True)
    for stage, belief in enumerate(beliefs):
        for row, panel in enumerate(axes[:, stage]):
            probability = np.exp(belief.log_probability.values[row])
            panel.pcolormesh(
                belief.x, belief.y, (probability / probability.max()).T, cmap="Greys", vmin=0, vmax=1, rasterized=True
            )
            panel.plot(*snakemake.params.location, "+", color=style.colour("truth"), markersize=10, label="true source")
            panel.plot(*belief.most_probable.values[row], "x", color="#56B4E9", label="most probable")
            panel.plot(
                *physical[stage][row],
                "o",
                mfc="none",
                color=style.colour("after"),
                label="physical design",
                clip_on=False,
            )
            if discrepancy[stage] is not None:
                panel.plot(
                    *discrepancy[stage][row],
                    "^",
                    mfc="none",
                    color=style.colour("before"),
                    label="discrepancy design",
                    clip_on=False,
                )
            style.map_axes(panel, f"stage {stage + 1}" if row == 0 else "")
            panel.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    for row, panel in enumerate(axes[:, 0]):
        panel.set_ylabel(f"replicate {row + 1}\ny [length]")
    for panel in axes[-1]:
        panel.set_xlabel("x [length]")
    handles, labels = axes[0, -1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
