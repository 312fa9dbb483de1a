"""active_learning Fig. 3: beliefs of the joint design about the source's strength and position, by
stage.
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    params, joint = snakemake.params, store.read(snakemake.input[0])
    stages, errors = joint.stage.values, joint.location_error.isel(stage=-1).values
    # the replicate that ends in the middle of all stands for them
    shown = int(np.argsort(errors, kind="stable")[len(errors) // 2])
    figure, axes = style.new(
        2, len(stages), 2.1 * len(stages) + 0.5, 4.6, sharex="row", sharey="row"
    )
    for stage, strength, place in zip(stages, *axes, strict=True):
        own = joint.sel(stage=stage)
        draw_strength(strength, own, shown, params.strength, f"stage {stage}")
        draw_place(place, own.isel(replicate=shown), params.location)
    axes[0, 0].set_ylabel("probability [1]")
    axes[1, 0].set_ylabel("y [length]")
    handles, labels = (
        first + last
        for first, last in zip(
            *(panel.get_legend_handles_labels() for panel in axes[:, -1]), strict=True
        )
    )
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return figure


def draw_strength(panel, own, shown: int, true: float, title: str) -> None:
    """Probability of every strength on the grid, wherever the source is."""
    probability = np.exp(own.strength_log_probability)
    for replicate in own.replicate.values:
        one = probability.sel(replicate=replicate)
        panel.plot(own.strength, one, color=style.colour("joint"), linewidth=0.5, alpha=0.3)
    panel.plot(
        own.strength,
        probability.isel(replicate=shown),
        color=style.colour("joint"),
        label="belief, joint",
    )
    panel.axvline(true, color=style.colour("truth"), linestyle=":", label="true strength")
    panel.set(title=title, xlabel="strength [conc·length²/time]")


def draw_place(panel, own, location) -> None:
    """Probability of every position, whatever the strength."""
    probability = np.exp(own.position_log_probability)
    panel.pcolormesh(
        own.x, own.y, (probability / probability.max()).T, cmap="Greys", rasterized=True
    )
    panel.plot(
        *location,
        "+",
        color=style.colour("truth"),
        markersize=10,
        linestyle="none",
        label="true source",
    )
    panel.plot(
        *own.first_design.values,
        "o",
        mfc="none",
        color=style.colour("after"),
        linestyle="none",
        label="design",
    )
    style.map_axes(panel)
    panel.set(xlim=(0, 1), ylim=(0, 1), xlabel="x [length]")


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
