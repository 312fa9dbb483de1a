"""active_learning Fig. 3: beliefs of the joint design about the source's strength and position, by
stage.
"""

from boed.figures import belief_maps, style
from boed.jobs import job, store


def main(snakemake):
    style.use()
    params, joint = snakemake.params, store.read(snakemake.input[0])
    stages = joint.stage.values
    # the replicate that ends in the middle of all stands for them
    shown = belief_maps.middle_replicate(joint.location_error.isel(stage=-1).values)
    size = 2.1 * len(stages) + 0.5, 4.6
    figure, axes = style.new(2, len(stages), *size, sharex="row", sharey="row")
    for stage, above, below in zip(stages, *axes, strict=True):
        belief = joint.sel(stage=stage)
        belief_maps.draw_strength(above, belief, shown, params.strength)
        above.set(title=f"stage {stage}", xlabel="strength [conc·length²/time]")
        belief_maps.draw_place(below, belief.isel(replicate=shown), params.location)
    axes[0, 0].set_ylabel("probability [1]")
    axes[1, 0].set_ylabel("y [length]")
    style.legend_above(figure, axes[:, -1])
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
